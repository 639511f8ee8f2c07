import { SECONDS_A_MONTH } from './per-deployment.ts';
import { type ImageCounts, LAMBDA_LINES_BYTES } from './per-image.ts';
import { gbSeconds, type Usage, usage } from './usage.ts';

/** A page of the app that is open all month. Tests compare the times with those of the client. */
export const CLIENT = { heartbeatEveryS: 300, renewAfterS: 6_600 };

/** The functions that face the outside. Tests compare the memory with the stack. */
export const OUTER = {
  apiMemoryMb: 1769,
  liveMemoryMb: 1024,
  /** Assumed: a request mostly waits for DynamoDB. */
  apiMs: 20,
  /** Assumed for a heartbeat, and for a message that nobody watches. */
  liveMs: 2,
  /** Assumed beside the lines of Lambda itself: a line of our own, or of API Gateway's access log. */
  logBytesOfCall: LAMBDA_LINES_BYTES + 350,
};

/** Assumed: forms, lists and links come in batches of up to 100, and pages ask again when something happens. */
const REQUESTS_PER_IMAGE = 1;
/** Assumed bytes of an answer, compressed. */
const ANSWER_BYTES = 4_000;

/** A ticket and the two items of a socket, each made and deleted. */
const WRITE_UNITS_OF_SOCKET = 6;
/** The sockets of the owner and those of administrators, by consistent reads. */
const READ_UNITS_OF_MESSAGE = 2;

interface OutsideLoad {
  images: number;
  clients: number;
}

/** Calls of a month from the outside, and of the function for live updates. */
export function outsideCalls(
  { images, clients }: OutsideLoad,
  { progressPublishes, snsPublishes }: ImageCounts,
) {
  const sockets = (clients * SECONDS_A_MONTH) / CLIENT.renewAfterS;
  const heartbeats = (clients * SECONDS_A_MONTH) / CLIENT.heartbeatEveryS;
  // Each socket begins with a request for its ticket.
  const requests = images * REQUESTS_PER_IMAGE + sockets;
  const messages = images * (progressPublishes + snsPublishes);
  // A socket is opened and closed by one call each.
  const live = messages + heartbeats + 2 * sockets;
  return { sockets, heartbeats, requests, messages, live, all: requests + live };
}

/** What the app, the HTTP API and live updates use in a month. */
export function outsideUsage(load: OutsideLoad, counts: ImageCounts): Usage[] {
  const { sockets, heartbeats, requests, messages, live, all } = outsideCalls(load, counts);
  const compute =
    gbSeconds(requests, OUTER.apiMs, OUTER.apiMemoryMb) + gbSeconds(live, OUTER.liveMs, OUTER.liveMemoryMb);
  return [
    usage('CloudFront', 'requests', 'cloudFrontRequests', requests + sockets),
    usage('CloudFront', 'transfer', 'cloudFrontTransfer', (requests * ANSWER_BYTES) / 2 ** 30),
    usage('API', 'HTTP requests', 'httpApiRequests', requests),
    usage('API', 'minutes connected', 'webSocketMinutes', (load.clients * SECONDS_A_MONTH) / 60),
    usage('API', 'heartbeats', 'webSocketMessages', 2 * heartbeats),
    usage('API', 'calls', 'lambdaRequests', all),
    usage('API', 'compute', 'lambdaCompute', compute),
    usage('API', 'progress', 'snsRequests', load.images * counts.progressPublishes),
    usage('API', 'live table, writes', 'dynamoDbWrites', WRITE_UNITS_OF_SOCKET * sockets),
    usage('API', 'live table, reads', 'dynamoDbReads', READ_UNITS_OF_MESSAGE * messages),
  ];
}
