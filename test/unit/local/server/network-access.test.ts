import { describe, expect, it } from 'vitest';
import { networkAccess } from '../../../../local/server/network-access.ts';

const PASSWORD = 'correct-horse-battery';
const WANTED = { listen: undefined, origin: undefined, password: undefined, hasLogin: false };
const OPEN = { ...WANTED, listen: '0.0.0.0', origin: 'http://studio:4400' };

describe('who can reach the local server', () => {
  it('is this machine alone, by default', () => {
    const loopback = { listen: '127.0.0.1', origin: undefined, password: undefined };
    expect(networkAccess(WANTED)).toEqual(loopback);
    expect(networkAccess({ ...WANTED, listen: '::1' })).toEqual({ ...loopback, listen: '::1' });
    expect(networkAccess({ ...WANTED, password: '' })).toEqual(loopback);
  });

  it('is whoever knows the password, or logs in', () => {
    expect(networkAccess({ ...OPEN, password: PASSWORD })).toEqual({
      listen: '0.0.0.0',
      origin: 'http://studio:4400',
      password: PASSWORD,
    });
    expect(networkAccess({ ...OPEN, hasLogin: true }).password).toBeUndefined();
    expect(networkAccess({ ...WANTED, password: 'short' }).password).toBe('short');
  });

  it.each([
    [{ listen: 'localhost' }, '--listen: expected an IP address such as 0.0.0.0, received "localhost"'],
    [OPEN, 'Everybody on the network can reach 0.0.0.0, so Darkroom needs a password. Set DARKROOM_PASSWORD'],
    [{ ...OPEN, listen: '::' }, 'Everybody on the network can reach ::'],
    [{ ...OPEN, listen: '192.168.1.2', password: '' }, 'Everybody on the network can reach 192.168.1.2'],
    [{ ...OPEN, password: 'short' }, 'DARKROOM_PASSWORD: expected at least 12 characters, received 5'],
    [{ ...OPEN, password: PASSWORD, hasLogin: true }, 'Expected DARKROOM_PASSWORD or auth, received both'],
    [{ listen: '0.0.0.0', password: PASSWORD }, '--listen 0.0.0.0: expected --origin as well'],
    [{ origin: 'studio:4400' }, '--origin: expected an address without a path'],
    [{ origin: 'http://studio:4400/' }, '--origin: expected an address without a path'],
    [{ origin: 'ftp://studio' }, '--origin: expected an address without a path'],
  ])('is refused where something is missing or wrong: %o', (wanted, message) => {
    expect(() => networkAccess({ ...WANTED, ...wanted })).toThrow(message);
  });
});
