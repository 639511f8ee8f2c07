declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** DynamoDB in memory; a table is there after so many milliseconds. */
  function dynalite(options: { createTableMs: number }): Server;
  export = dynalite;
}
