import { Camera, Folder, Images } from 'lucide-react';
import type { ChangeEvent } from 'react';
import { TEXTS } from '../texts.ts';
import { useUpload } from './use-upload.ts';

/** Buttons that open the system's own choice of files. */
export function FileChoice() {
  const upload = useUpload();
  const take = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(target.files ?? [])];
    // The same file can be chosen again.
    target.value = '';
    void upload(files);
  };
  return (
    <div className="row choices">
      <label className="button" data-kind="primary">
        <Images size={16} aria-hidden />
        {TEXTS.uploads.choose}
        <input type="file" multiple className="visually-hidden" onChange={take} />
      </label>
      <label className="button">
        <Folder size={16} aria-hidden />
        {TEXTS.uploads.folder}
        <input
          type="file"
          multiple
          className="visually-hidden"
          ref={(input) => input?.setAttribute('webkitdirectory', '')}
          onChange={take}
        />
      </label>
      <label className="button touch-only">
        <Camera size={16} aria-hidden />
        {TEXTS.uploads.camera}
        <input
          type="file"
          accept="image/*"
          capture="environment"
          className="visually-hidden"
          onChange={take}
        />
      </label>
    </div>
  );
}
