import { join } from 'node:path';

/** What is where in the data folder of `npm start`. */
export function laptopFolders(dataDir: string) {
  return {
    stateDir: dataDir,
    inbox: { bucket: 'inbox', directory: join(dataDir, 'inbox') },
    outputs: { bucket: 'outputs', directory: join(dataDir, 'outputs') },
    contactSheet: join(dataDir, 'contact-sheet.html'),
  };
}
