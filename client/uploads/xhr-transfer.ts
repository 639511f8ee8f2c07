import type { Xhr } from '../browser.ts';
import type { Transfer } from './answer.ts';

/**
 * Sends by XMLHttpRequest: in a browser only this tells how much of a body has left.
 *
 * @param Request the browser's constructor
 */
export function xhrTransfer(Request: new () => Xhr): Transfer {
  return ({ url, fields }, file, onProgress, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const xhr = new Request();
      const abort = () => xhr.abort();
      const finish = (end: () => void) => () => {
        signal.removeEventListener('abort', abort);
        end();
      };
      signal.addEventListener('abort', abort, { once: true });
      // The fields go before the file, so what the body has more than the file is sent first.
      xhr.upload.onprogress = ({ loaded, total }) => onProgress(Math.max(0, loaded - (total - file.size)));
      xhr.upload.onload = () => onProgress(file.size);
      xhr.onload = finish(() =>
        resolve({ status: xhr.status, text: xhr.responseText, retryAfter: retryAfterOf(xhr) }),
      );
      xhr.onerror = finish(() => reject(new TypeError(`No answer came from ${url}.`)));
      xhr.onabort = finish(() => reject(signal.reason));
      xhr.open('POST', url);
      xhr.send(formData(fields, file));
    });
}

function formData(fields: Record<string, string>, file: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  return form;
}

/** Asked for only where it matters: a browser logs an error if the storage does not expose the header. */
function retryAfterOf(xhr: Xhr): string | null {
  return xhr.status === 429 || xhr.status === 503 ? xhr.getResponseHeader('retry-after') : null;
}
