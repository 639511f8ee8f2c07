import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Album, ImageDetail, Me, NamedRecipeView } from '../../client/types.ts';
import { type Session, useSession } from './session.ts';

export function limitsOptions({ api }: Pick<Session, 'api'>) {
  return queryOptions({
    queryKey: ['limits'],
    queryFn: ({ signal }) => api.call('GET /limits', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Who uses the app. */
export function useMe() {
  const { api } = useSession();
  return useQuery<Me>({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.call('GET /me', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useRecipes() {
  const { api } = useSession();
  return useQuery<NamedRecipeView[]>({
    queryKey: ['recipes'],
    queryFn: async ({ signal }) => (await api.call('GET /recipes', { signal })).recipes,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useAlbums() {
  const { api } = useSession();
  return useQuery<Album[]>({
    queryKey: ['albums'],
    queryFn: async ({ signal }) => (await api.call('GET /albums', { signal })).albums,
  });
}

/** What only the page of an image needs: its history. A new revision reads it again. */
export function useImageDetail(imageId: string, revision: number | undefined) {
  const { api, images } = useSession();
  return useQuery<ImageDetail>({
    queryKey: ['image', imageId, revision],
    queryFn: async ({ signal }) => {
      const detail = await api.call('GET /images/{imageId}', { path: { imageId }, signal });
      images.put(detail);
      return detail;
    },
    placeholderData: (previous) => (previous?.imageId === imageId ? previous : undefined),
  });
}
