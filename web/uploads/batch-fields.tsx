import { useAlbums, useRecipes } from '../app/queries.ts';
import { TEXTS } from '../texts.ts';
import { useStore } from '../ui/store.ts';
import { nextBatch } from './batch-choices.ts';

/** Recipe and album of the files that come next. */
export function BatchFields() {
  const { choices } = useStore(nextBatch);
  const { data: recipes = [] } = useRecipes();
  const { data: albums = [] } = useAlbums();
  const set = (name: 'recipe' | 'album', value: string) => {
    const { [name]: _, ...others } = choices;
    nextBatch.set(value === '' ? others : { ...others, [name]: value });
  };
  const standard = recipes.find(({ isDefault }) => isDefault)?.name ?? '';
  return (
    <div className="pair">
      <label className="field">
        <span>{TEXTS.uploads.recipe}</span>
        <select
          className="input"
          value={choices.recipe ?? standard}
          onChange={({ target }) => set('recipe', target.value)}
        >
          {recipes.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{TEXTS.uploads.album}</span>
        <input
          className="input"
          list="albums"
          placeholder={TEXTS.uploads.albumHint}
          value={choices.album ?? ''}
          onChange={({ target }) => set('album', target.value)}
        />
      </label>
      <datalist id="albums">
        {albums.map(({ album }) => (
          <option key={album} value={album} />
        ))}
      </datalist>
    </div>
  );
}
