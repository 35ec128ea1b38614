import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The floor of "board pages": a bare handler that looks the token up in a Map and answers a constant document of the same
 * size with the same headers. The bench sends tokens, headers and document.
 */
interface Orders {
  readonly tokens: readonly string[];
  readonly document: string;
  readonly headers: Readonly<Record<string, string>>;
}

const known = new Map<string, Orders>();
process.on("message", (message: { readonly orders?: Orders }) => {
  if (message.orders === undefined) return;
  for (const token of message.orders.tokens) known.set(token, message.orders);
  process.send?.({ ready: true });
});

const server = createServer((request, response) => {
  const found = known.get(request.url?.split("/")[2] ?? "");
  if (found === undefined) {
    response.writeHead(404);
    response.end();
    return;
  }
  response.writeHead(200, { ...found.headers, "content-length": Buffer.byteLength(found.document) });
  response.end(found.document);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
