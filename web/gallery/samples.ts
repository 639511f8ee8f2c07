/** The photos of samples/, whose licences are in SOURCES.md there: files of the app, by path. */
const ADDRESSES = import.meta.glob<string>('../../samples/*.{jpg,png}', {
  query: '?url',
  import: 'default',
  eager: true,
});
const TYPES: Readonly<Record<string, string>> = { jpg: 'image/jpeg', png: 'image/png' };

export const SAMPLE_FILES = Object.entries(ADDRESSES).map(([path, address]) => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { name, address, type: TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? '' };
});

/** @throws Error where one of them can't be read */
export function readSamples(): Promise<File[]> {
  return Promise.all(SAMPLE_FILES.map(readSample));
}

async function readSample({ name, address, type }: (typeof SAMPLE_FILES)[number]): Promise<File> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`expected the sample ${name}, received the status ${response.status}`);
  return new File([await response.blob()], name, { type });
}
