import type { ImageState } from '../client/types.ts';
import type { UploadState } from '../client/uploads/entry.ts';
import { bytesOf } from './ui/format.ts';
import type { Refusal } from './uploads/check-file.ts';

/** Every text of the app. */

const images = (count: number) => (count === 1 ? '1 image' : `${count.toLocaleString()} images`);
const files = (count: number) => (count === 1 ? '1 file' : `${count.toLocaleString()} files`);

export const STATES: Readonly<Record<ImageState, string>> = {
  RECEIVED: 'Waiting',
  PROCESSING: 'Processing',
  FANNED_OUT: 'Rotating',
  COMPLETE: 'Complete',
  REJECTED: 'Rejected',
  FAILED: 'Failed',
  DELETED: 'Deleted',
};

export const UPLOAD_STATES: Readonly<Record<UploadState, string>> = {
  waiting: 'Waiting',
  sending: 'Uploading',
  uploaded: 'Uploaded',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'empty':
      return 'This file is empty. Export it again, or copy it again from the camera.';
    case 'too-large':
      return `This file has ${bytesOf(refusal.bytes)}; the limit is ${bytesOf(refusal.maxBytes)}. Send a smaller version.`;
    case 'not-an-image':
      return `This file is ${refusal.found}. Darkroom reads JPEG, PNG, WebP, GIF, TIFF, AVIF and HEIC.`;
    case 'repeated':
      return 'This file was added before.';
    case 'unreadable':
      return 'This file could not be read. Check that it is still there and that you may open it.';
  }
}

/** What a person can do about an image that was not processed. */
export function adviceFor(state: ImageState): string {
  if (state === 'REJECTED') return 'The file itself is the cause: upload a corrected one.';
  return 'The cause may have passed: try again.';
}

export const TEXTS = {
  name: 'Darkroom',
  images,
  files,
  nav: { gallery: 'Images', insights: 'Insights', labels: 'Labels', trash: 'Trash', main: 'Main' },
  skip: 'Skip to the images',
  live: { live: 'Live', connecting: 'Connecting', offline: 'Offline' },
  liveHint: {
    live: 'Changes appear at once',
    connecting: 'Connecting to the server',
    offline: 'No connection. Changes appear when it is back',
  },
  offline:
    'No connection to the server. What you see may be old; it is read again when the connection is back.',
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  keys: {
    open: 'Keys',
    title: 'Keys',
    close: 'Close',
    list: [
      ['?', 'Show these keys'],
      ['u', 'Upload'],
      ['/', 'Search by file name'],
      ['← → ↑ ↓', 'Move between images'],
      ['Enter', 'Open the image'],
      ['x or Space', 'Select the image'],
      ['Shift + click', 'Select a range'],
      ['Ctrl + A', 'Select all'],
      ['Escape', 'Clear the selection, or go back'],
      ['← →', 'On an image: previous and next'],
      ['f', 'Flip between original and result'],
      ['s', 'Side by side, and back to the slider'],
      ['1, 0', 'Actual pixels, and fit'],
      ['+ −', 'Zoom in and out'],
      ['g', 'Grey, black or white surround'],
      ['i', 'Show or hide the inspector'],
      ['a', 'Try other settings'],
    ],
  },
  gallery: {
    title: 'Images',
    loading: 'Reading the images',
    empty: 'No images yet',
    emptyHint: 'Drop photos anywhere on this page, or choose them.',
    emptyFilter: 'No image matches these filters',
    clearFilters: 'Clear the filters',
    problem: 'The images could not be read',
    again: 'Try again',
    position: (first: number, last: number, total: string) => `${first}–${last} of ${total}`,
    byCapture: 'by capture date',
    byUpload: 'newest upload first',
    processSamples: 'Process the samples again',
    samplesHint: 'Watch the steps live',
    size: 'Picture size',
    select: (name: string) => `Select ${name}`,
    open: (name: string, state: string) => `${name}, ${state}`,
  },
  filters: {
    label: 'Filters',
    state: 'State',
    recipe: 'Recipe',
    album: 'Album',
    name: 'Search by file name',
    from: 'Uploaded from',
    to: 'Uploaded until',
    everybody: 'Of everybody',
    anyState: 'Every state',
    anyRecipe: 'Every recipe',
    anyAlbum: 'Every album',
    dates: 'Dates',
    more: (active: number) => (active === 0 ? 'Filters' : `Filters (${active})`),
  },
  download: {
    menu: 'Download',
    results: 'Results (ZIP)',
    originals: 'Originals (ZIP)',
    table: 'Table with measures (CSV)',
    tooMany: (most: number) => `Select at most ${images(most)} for one ZIP`,
    begun: (count: number) => `Packing ${files(count)}. The download begins by itself`,
    underWay: (done: number, count: number) => `Packed ${done.toLocaleString()} of ${files(count)}`,
    zip: (count: number, bytes: number, leftOut: number) =>
      `Downloading ${files(count)}, ${bytesOf(bytes)}${leftOut === 0 ? '' : `. Left out, as there is no such file: ${leftOut}`}`,
    csv: (count: number) => `Downloading a table of ${images(count)}`,
    failed: (why: string) => `The download failed: ${why}`,
  },
  selection: {
    count: (count: number, bytes: number) => `${images(count)} selected, ${bytesOf(bytes)}`,
    all: 'Select all',
    clear: 'Clear',
    copyNames: 'Copy file names',
    copied: (count: number) => `Copied the names of ${images(count)}`,
    reprocess: 'Reprocess',
    move: 'Move to album',
    trash: 'Delete',
    restore: 'Restore',
    forGood: 'Delete for good',
    album: 'Album',
    noAlbum: 'An empty name takes the images out of their albums',
    apply: 'Move',
    withRecipe: (name: string) => `With ${name}`,
    undo: 'Undo',
    lastChange: 'Last change',
    trashed: (count: number) => `${images(count)} moved to the trash`,
    restored: (count: number) => `${images(count)} restored`,
    moved: (count: number) => `${images(count)} moved`,
    started: (count: number) => `${images(count)} being processed again`,
    deleted: (count: number) => `${images(count)} deleted`,
    refused: (count: number, why: string) => `${images(count)} not changed: ${why}`,
    confirmTitle: (count: number) => `Delete ${images(count)} for good?`,
    confirm: 'Every version of the originals and of the results is deleted. This cannot be undone.',
    cancel: 'Cancel',
  },
  trash: {
    title: 'Trash',
    hint: (days: number) => `Images stay here for ${days} days. Then they are deleted for good.`,
    empty: 'The trash is empty',
  },
  uploads: {
    open: 'Upload',
    title: 'Upload',
    close: 'Close',
    drop: 'Drop to upload',
    choose: 'Choose files',
    folder: 'Choose a folder',
    camera: 'Take a photo',
    recipe: 'Recipe',
    album: 'Album',
    albumHint: 'For example the shoot',
    pause: 'Pause',
    resume: 'Go on',
    cancelAll: 'Cancel all',
    cancel: 'Cancel',
    retry: 'Try again',
    retryAll: 'Retry failed',
    clear: 'Clear the list',
    show: 'Show',
    summary: (sent: string, all: string, done: number, total: number) =>
      `${sent} of ${all}, ${done.toLocaleString()} of ${files(total)}`,
    checking: (count: number) => `Checking ${files(count)}`,
    offline: 'No connection. The upload goes on by itself.',
    blocked: 'The server refuses the upload.',
    paused: 'Paused',
    refused: 'Not sent',
    hint: 'Drop files or folders anywhere on the page, or paste a picture.',
    ended: (count: number) => `${files(count)} uploaded`,
    leave: 'An upload is under way.',
  },
  image: {
    loading: 'Reading the image',
    missing: 'There is no such image',
    missingHint: 'It may have been deleted, or it belongs to somebody else.',
    back: 'Back to the images',
    previous: 'Previous image',
    next: 'Next image',
    original: 'Original',
    asView: 'Original, as a preview',
    asViewHint:
      'No browser shows this format, or the original is very large, so you see a preview of at most 1,600 px.',
    result: 'Result',
    mode: {
      label: 'Comparison',
      slider: 'Slider',
      flip: 'Flip',
      side: 'Side by side',
      single: 'Result only',
    },
    divider: 'Divider between original and result',
    fit: 'Fit',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    actual: '1:1',
    zoom: (percent: number) => `${percent} %`,
    surround: 'Surround',
    inspector: 'Inspector',
    sections: { quality: 'Quality', outputs: 'Outputs', details: 'Details', history: 'History' },
    variants: { processed: 'Processed' } as Record<string, string>,
    rotation: (degrees: string) => `Rotated by ${degrees}°`,
    download: 'Download',
    downloadOriginal: 'Download the original',
    adjust: 'Adjust',
    retry: 'Try again',
    warnings: 'What is odd about the file',
    noQuality: 'There are no measures yet.',
    measures: {
      encode: ['Encoding', 'The result before and after it was written as a file: what compression lost.'],
      detail: [
        'Detail',
        'The original at its full size against the result enlarged to it: what the smaller size lost.',
      ],
      enhance: ['Enhancement', 'The picture before and after enhancement: how much the recipe changed.'],
    } as const,
    identical: 'Identical',
    bands: { poor: 'poor', fair: 'fair', good: 'good', excellent: 'excellent' },
    ssim: 'SSIM',
    psnr: 'PSNR',
    score: 'SSIMULACRA2',
    scoreBands: {
      low: 'visible loss',
      medium: 'slight loss',
      high: 'high quality',
      lossless: 'visually lossless',
    },
    search: 'Search for the smallest file',
    searchChosen: (format: string, quality: number) =>
      `Chosen: ${format.toUpperCase()} at quality ${quality}`,
    searchMissed: 'No file met the target; this one comes closest.',
    facts: {
      file: 'File',
      size: 'Size',
      album: 'Album',
      noAlbum: 'None',
      captured: 'Taken',
      uploaded: 'Uploaded',
      recipe: 'Recipe',
      camera: 'Camera',
      lens: 'Lens',
      exposure: 'Exposure',
      position: 'Position',
      compute: 'Compute',
    },
    exif: 'All EXIF of the original',
    noExif: 'The original holds no EXIF.',
    gpsProof: 'The outputs hold no position: Darkroom removes it from every file.',
    noPosition: 'The original holds no position.',
    run: (run: number) => `Run ${run}`,
    current: 'current',
    steps: 'Progress',
    step: {
      received: 'Received',
      processed: 'Processed',
      rotations: (done: number, all: number) => `Rotations ${done} of ${all}`,
      waiting: 'waiting',
    },
    linkProblem: 'This picture could not be loaded.',
  },
  failure: {
    title: 'Darkroom cannot be reached',
    hint: 'Check that it is running and that you are connected. This page tries again by itself.',
    login: 'The login did not work',
    loginHint: 'Try to log in again. If it fails again, ask your administrator.',
    loginAgain: 'Log in',
    crash: 'This page has a fault',
    reload: 'Reload',
  },
  settings: 'Settings',
  licenses: 'Licences',
  signOut: 'Sign out',
} as const;
