import { existsSync } from 'node:fs';

export interface Picture {
  title: string;
  path: string;
}

/** Pictures with free licences, and the Debian packages that they come in. */
const PICTURES = [
  { title: '2 MP', path: '/usr/share/backgrounds/mate/abstract/Elephants.jpg', from: 'mate-backgrounds' },
  {
    title: '8 MP',
    path: '/usr/share/backgrounds/mate/abstract/Elephants_3840x2160.jpg',
    from: 'mate-backgrounds',
  },
  {
    title: '15 MP',
    path: '/usr/share/wallpapers/Honeywave/contents/images/5120x2880.jpg',
    from: 'plasma-workspace-wallpapers',
  },
  {
    title: '18 MP',
    path: '/usr/share/backgrounds/mate/abstract/Elephants_5640x3172.jpg',
    from: 'mate-backgrounds',
  },
  {
    title: 'PNG 15 MP',
    path: '/usr/share/wallpapers/Altai/contents/images/5120x2880.png',
    from: 'plasma-workspace-wallpapers',
  },
  { title: 'WebP 17 MP', path: '/usr/share/backgrounds/gnome/wood-l.webp', from: 'gnome-backgrounds' },
] as const;

/** The pictures that are installed, and a message for each that is not. */
export function findPictures(): { pictures: Picture[]; missing: string[] } {
  const found = PICTURES.filter(({ path }) => existsSync(path));
  const missing = PICTURES.filter(({ path }) => !existsSync(path)).map(
    ({ title, path, from }) => `${title}: ${path} is not here; it comes in Debian's ${from}.`,
  );
  return { pictures: [...found], missing };
}
