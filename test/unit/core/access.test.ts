import { describe, expect, it } from 'vitest';
import {
  ACTIONS,
  type Action,
  IMAGE_ACTIONS,
  type ImageAction,
  may,
  mayOnImage,
  type Principal,
  requireAction,
  requireImage,
  type Scope,
} from '../../../core/access.ts';
import { ForbiddenError, NotFoundError } from '../../../core/errors.ts';
import { idFrom, receivedRecord } from '../../support/record-factory.ts';

const user: Principal = { kind: 'user', id: 'alice', name: null };
const administrator: Principal = { kind: 'administrator', id: 'root', name: null };
const laptopOwner: Principal = { kind: 'laptop-owner', id: 'laptop', name: null };
const machine = (...scopes: Scope[]): Principal => ({ kind: 'machine', id: 'ci', name: null, scopes });

describe('what a principal may do', () => {
  it.each<[string, Principal, Action[]]>([
    ['a user', user, ['upload', 'list-own', 'watch', 'classify']],
    [
      'an administrator',
      administrator,
      ['upload', 'list-own', 'list-all', 'watch', 'classify', 'administer'],
    ],
    [
      'the owner of the laptop',
      laptopOwner,
      ['upload', 'list-own', 'list-all', 'watch', 'classify', 'administer'],
    ],
    ['a machine without scopes', machine(), []],
    ['a machine that uploads', machine('upload'), ['upload']],
    ['a machine that reads', machine('read'), ['list-own', 'watch', 'classify']],
    ['a machine that does both', machine('upload', 'read'), ['upload', 'list-own', 'watch', 'classify']],
  ])('in general: %s', (_, principal, actions) => {
    expect(ACTIONS.filter((action) => may(principal, action))).toEqual(actions);
  });

  it.each<[string, Principal, ImageAction[], ImageAction[]]>([
    ['a user', user, [...IMAGE_ACTIONS], []],
    ['an administrator', administrator, [...IMAGE_ACTIONS], ['read', 'change', 'reprocess', 'delete']],
    ['the owner of the laptop', laptopOwner, [...IMAGE_ACTIONS], [...IMAGE_ACTIONS]],
    ['a machine that uploads', machine('upload'), [], []],
    ['a machine that reads', machine('read'), ['read'], []],
  ])('to its own images and to others: %s', (_, principal, own, others) => {
    const allowed = (image: { owner?: string }) =>
      IMAGE_ACTIONS.filter((action) => mayOnImage(principal, action, image));
    expect(allowed({ owner: principal.id })).toEqual(own);
    expect(allowed({ owner: 'somebody' })).toEqual(others);
    expect(allowed({})).toEqual(others);
  });
});

describe('an action that is refused', () => {
  it('names the scope that a token lacks', () => {
    expect(() => requireAction(machine('upload'), 'watch')).toThrow(
      new ForbiddenError('This needs a token with the scope read; the token has upload.'),
    );
    expect(() => requireAction(machine(), 'upload')).toThrow('the token has none');
  });

  it('says who may do it', () => {
    expect(() => requireAction(user, 'administer')).toThrow(
      new ForbiddenError('Only administrators may do this. This token belongs to a user.'),
    );
  });
});

describe('an image', () => {
  const imageId = idFrom('image');
  const record = receivedRecord(imageId, { owner: 'alice' });
  const bob: Principal = { kind: 'user', id: 'bob', name: null };

  it('is handed out to its owner', () => {
    expect(requireImage(user, 'delete', imageId, record)).toBe(record);
  });

  it('of another user is the same as none, and as a deleted one', () => {
    const none = new NotFoundError(`There is no image ${imageId}.`);
    expect(() => requireImage(bob, 'read', imageId, record)).toThrow(none);
    expect(() => requireImage(bob, 'read', imageId, undefined)).toThrow(none);
    expect(() => requireImage(user, 'read', imageId, { ...record, state: 'DELETED' })).toThrow(none);
  });

  it('keeps its EXIF from administrators, who know of it', () => {
    expect(() => requireImage(administrator, 'read-metadata', imageId, record)).toThrow(ForbiddenError);
  });
});
