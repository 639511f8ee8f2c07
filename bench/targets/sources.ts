import { existsSync, readdirSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';

/** A picture on this machine. */
export interface Source {
  /** Of the file or of its folder. Two packages may use the same. */
  name: string;
  path: string;
}

/** Where pictures with free licences are, and the Debian packages that bring them. */
const FOLDERS = [
  { path: resolve(import.meta.dirname, '../../samples'), from: 'this repository' },
  { path: '/usr/lib/python3/dist-packages/skimage/data', from: 'python3-skimage' },
  { path: '/usr/share/backgrounds/mate/abstract', from: 'mate-backgrounds' },
  { path: '/usr/share/backgrounds/mate/desktop', from: 'mate-backgrounds' },
  { path: '/usr/share/backgrounds/mate/nature', from: 'mate-backgrounds' },
  { path: '/usr/share/backgrounds/gnome', from: 'gnome-backgrounds' },
  { path: '/usr/share/wallpapers', from: 'plasma-workspace-wallpapers' },
  { path: '/usr/share/icons/Adwaita/512x512/devices', from: 'adwaita-icon-theme' },
] as const;

const PICTURES = new Set(['.jpg', '.png', '.webp', '.svg']);

/** What scikit-image keeps for its tests: tiny, damaged, or of a few colours only; and what is in samples/ too. */
const TEST_DATA =
  /^(foo|palette|green_palette|color|block|checker|truncated|chessboard|multipage|astronaut|chelsea|coffee|rocket|hubble)/;

/** Pictures much like another one, and smooth wallpapers, of which there are enough. */
const ALIKE =
  /^(motorcycle_right|brick|cell|Ubuntu-Mate-(Cold|Warm|Rad)|MATE-Stripes-Light|Arc-Colors|Gulp|Spring|Float|blobs|dune|grid|pixels|Autumn|Canopee|Cluster|ColdRipple|Elarun|Grey|IceCold|Kite|Kokkini|OneStands|Opal|PastelHills|Path|Shell|Volna)/;

/** Sizes and night versions of one picture are told apart by what follows its name; the first in order is taken. */
const VERSION = /(_\d+x\d+|-[dl])$/;

/** Of icons, which are alike. */
const MAX_ICONS = 5;

/** The pictures that are installed, in a fixed order, and a sentence on each folder that is not. */
export function findSources(): { sources: Source[]; missing: string[] } {
  const found = FOLDERS.filter(({ path }) => existsSync(path));
  const missing = FOLDERS.filter(({ path }) => !existsSync(path));
  return {
    sources: found.flatMap(({ path }) => sourcesIn(path)),
    missing: missing.map(({ path, from }) => `${path} is not here; it comes in Debian's ${from}.`),
  };
}

function sourcesIn(folder: string): Source[] {
  if (folder.endsWith('wallpapers')) return wallpapersIn(folder);
  const isTestData = (file: string) => folder.includes('skimage') && TEST_DATA.test(file);
  const files = picturesIn(folder).filter((file) => !isTestData(file) && !ALIKE.test(file));
  const byName = new Map<string, string>();
  for (const file of files) {
    const name = parse(file).name.replace(VERSION, '');
    if (!byName.has(name)) byName.set(name, join(folder, file));
  }
  const sources = [...byName].map(([name, path]) => ({ name, path }));
  return folder.includes('icons') ? sources.slice(0, MAX_ICONS) : sources;
}

/** Each wallpaper is a folder, with one picture for each size of screen. */
function wallpapersIn(folder: string): Source[] {
  return readdirSync(folder)
    .toSorted()
    .filter((name) => !ALIKE.test(name))
    .flatMap((name) => {
      const images = join(folder, name, 'contents/images');
      const [file] = existsSync(images) ? picturesIn(images) : [];
      return file === undefined ? [] : [{ name, path: join(images, file) }];
    });
}

function picturesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => PICTURES.has(parse(file).ext))
    .toSorted();
}
