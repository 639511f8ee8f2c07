import { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { ApiClient } from '../../client/http.ts';
import { LiveUpdates } from '../../client/live.ts';
import type { AppConfig } from '../../core/http/app-config.ts';
import { ImageBook } from '../images/image-book.ts';
import { LinkBook } from '../links/link-book.ts';
import { UploadList } from '../uploads/upload-list.ts';
import type { Login } from './login.ts';

/** Everything that lives as long as the page: one client, one socket, one copy of each image. */
export interface Session {
  config: AppConfig;
  api: ApiClient;
  query: QueryClient;
  images: ImageBook;
  links: LinkBook;
  uploads: UploadList;
  live: LiveUpdates;
  login: Login | null;
}

export function openSession(config: AppConfig, login: Login | null): Session {
  const api = new ApiClient({
    baseUrl: new URL(config.api, location.origin).href,
    ...(login ? { token: login.token } : {}),
  });
  const query = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 30_000 } } });
  const images = new ImageBook(api);
  const uploads = new UploadList(api, images);
  const links = new LinkBook(api);
  const live = new LiveUpdates({
    ticket: (signal) => api.call('POST /live/tickets', { signal }),
    onMessage: (message) => images.apply(message),
    onResync: () => {
      images.resync();
      links.retryAll();
      void query.invalidateQueries();
    },
  });
  live.start();
  // Until then, and without an answer, all images count as one's own.
  void api.call('GET /me').then(
    ({ id }) => {
      images.ownerId = id;
    },
    () => {},
  );
  return { config, api, query, images, links, uploads, live, login };
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('expected a session around every component that uses one');
  return session;
}
