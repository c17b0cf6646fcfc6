import { type Answer, Refused } from './answer.ts';
import { blobHandler } from './blob.ts';
import type { Context, Handler } from './context.ts';
import type { Exchange } from './exchange.ts';
import type { Gate, Identity } from './gate.ts';
import { catalogHandler, pingHandler, referrersHandler, tagsHandler } from './listing.ts';
import { manifestHandler } from './manifest.ts';
import { accessNeeded, parseRoute, type Route } from './route.ts';
import { answerNoSuchPath, type Serve } from './serve.ts';
import { uploadHandler, uploadsHandler } from './upload.ts';
import type { UploadDesk } from './upload-desk.ts';

/** The distribution API: finds out what a request is about, whether it may, and who serves it. */
export function serveDistribution(context: Context, desk: UploadDesk, gate: Gate): Serve {
  const uploads = uploadsHandler(desk);
  const upload = uploadHandler(desk);
  const dispatch = (route: Route, exchange: Exchange, identity: Identity): Answer | Promise<Answer> => {
    switch (route.kind) {
      case 'ping':
        return call(pingHandler, context, exchange, route, identity);
      case 'catalog':
        return call(catalogHandler, context, exchange, route, identity);
      case 'blob':
        return call(blobHandler, context, exchange, route, identity);
      case 'uploads':
        return call(uploads, context, exchange, route, identity);
      case 'upload':
        return call(upload, context, exchange, route, identity);
      case 'manifest':
        return call(manifestHandler, context, exchange, route, identity);
      case 'tags':
        return call(tagsHandler, context, exchange, route, identity);
      case 'referrers':
        return call(referrersHandler, context, exchange, route, identity);
    }
  };
  return (exchange) => {
    const route = parseRoute(exchange.path);
    if (route === undefined) return answerNoSuchPath();
    return dispatch(route, exchange, gate(exchange, accessNeeded(route, exchange.method)));
  };
}

function call<Target>(
  handler: Handler<Target>,
  context: Context,
  exchange: Exchange,
  target: Target,
  identity: Identity,
): Answer | Promise<Answer> {
  const serve = Object.hasOwn(handler, exchange.method) ? handler[exchange.method] : undefined;
  if (serve !== undefined) return serve(context, exchange, target, identity);
  const allow = Object.keys(handler).join(', ');
  throw new Refused(405, 'UNSUPPORTED', `${exchange.method} is not allowed here.`, { headers: { allow } });
}
