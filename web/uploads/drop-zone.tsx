import { useEffect, useRef, useState } from 'react';
import { TEXTS } from '../texts.ts';
import { droppedFiles } from './dropped-files.ts';
import { useUpload } from './use-upload.ts';

/** Takes files that are dropped anywhere on the page, or pasted. */
export function DropZone({ onFiles }: { onFiles(): void }) {
  const [isOver, setOver] = useState(false);
  const upload = useUpload();
  const take = useRef((_: DataTransfer) => {});
  take.current = async (transfer) => {
    const files = await droppedFiles(transfer);
    if (files.length === 0) return;
    onFiles();
    await upload(files);
  };
  useEffect(() => {
    const depth = { entered: 0 };
    const over = (by: number) => {
      depth.entered = Math.max(0, depth.entered + by);
      setOver(depth.entered > 0);
    };
    const listeners = {
      dragenter: (event: DragEvent) => hasFiles(event) && over(1),
      dragleave: (event: DragEvent) => hasFiles(event) && over(-1),
      dragover: (event: DragEvent) => hasFiles(event) && event.preventDefault(),
      drop(event: DragEvent) {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.entered = 0;
        setOver(false);
        if (event.dataTransfer) take.current(event.dataTransfer);
      },
      paste({ clipboardData }: ClipboardEvent) {
        if (clipboardData && clipboardData.files.length > 0) take.current(clipboardData);
      },
    };
    const end = new AbortController();
    for (const [type, listener] of Object.entries(listeners))
      document.addEventListener(type, listener as EventListener, { signal: end.signal });
    return () => end.abort();
  }, []);
  return isOver ? <div className="drop-zone">{TEXTS.uploads.drop}</div> : null;
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
