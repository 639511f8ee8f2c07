import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Principal } from '../access.ts';

/** What the routes find in the context of a request. */
export interface ApiEnv {
  Variables: { principal: Principal; requestId: string };
}

export type Api = OpenAPIHono<ApiEnv>;

/** The path under which the app is mounted. A change that breaks clients gets another one. */
export const API_PATH = '/api/v1';
