import { ManualClock } from '../support/memory/manual-clock.ts';
import { MemoryCatalog } from '../support/memory/memory-catalog.ts';
import { MemoryObjectStore } from '../support/memory/memory-object-store.ts';
import { MemoryPublisher } from '../support/memory/memory-publisher.ts';
import { type Message, SimulatedQueue } from '../support/simulated/queue.ts';
import { Random } from '../support/simulated/random.ts';
import { MAX_RECEIVES, VISIBILITY_MS } from '../support/simulated/settings.ts';
import { describeCatalogContract } from './catalog-contract.ts';
import { describeObjectStoreContract } from './object-store-contract.ts';
import { describeAnnouncerContract } from './publisher-contract.ts';
import { describeQueueContract } from './queue-contract.ts';

describeCatalogContract('simulated', async () => ({ catalog: new MemoryCatalog(), close: async () => {} }));

describeObjectStoreContract('simulated', async () => {
  const objects = new MemoryObjectStore({ now: () => new Date() });
  return {
    objects,
    sourceBucket: 'source',
    processedBucket: 'outputs',
    keepsOldVersions: true,
    upload: (key, body, recipe) =>
      objects.upload('source', key, body, recipe === undefined ? {} : { recipe }),
    close: async () => {},
  };
});

describeQueueContract<Message>('simulated', async () => {
  const clock = new ManualClock(new Date('2026-02-03T04:05:06.000Z'));
  const queue = new SimulatedQueue(new Random(1), () => clock.now().getTime());
  queue.isUnreliable = false;
  return {
    queue,
    maxReceives: MAX_RECEIVES,
    receive: async (name, max) => {
      const tasks: Message[] = [];
      for (let n = 0; n < max; n += 1) {
        const task = name === 'exports' ? undefined : queue.receive([name]);
        if (task) tasks.push({ ...task });
      }
      return tasks;
    },
    acknowledge: async (_, task) => queue.remove(task),
    release: async (_, { id }) => {
      const task = queue.messages.find((message) => message.id === id);
      if (task) task.visibleAt = clock.now().getTime();
    },
    expireLeases: async () => clock.advance(VISIBILITY_MS),
    receiveDead: async (name) => {
      const task = queue.receiveDead();
      return task?.queue === name ? [task] : [];
    },
    close: async () => {},
  };
});

describeAnnouncerContract('simulated', async () => {
  const publisher = new MemoryPublisher();
  return { publisher, received: async () => [...publisher.events], close: async () => {} };
});
