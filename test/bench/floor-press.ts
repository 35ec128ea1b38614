import { fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BareMouth } from "./bare-mouth.ts";

/**
 * The floor of "press to ARI action": a bare handler that parses the URL, appends one line that is on disk before it goes
 * on, and makes the ARI requests. Arguments: ARI's URL, the agent's channel, the supervisor's.
 */
const [, , ari = "", agent = "", leg = ""] = process.argv;
const folder = mkdtempSync(join(tmpdir(), "earshot-floor-"));
process.once("SIGTERM", () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
});
const file = openSync(join(folder, "record"), "a", 0o600);
const mouth = await BareMouth.connect({ url: ari, username: "earshot", password: "bench" }, agent, leg);

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? "", "http://floor");
  writeSync(file, `${new Date().toISOString()} ${pathname}\n`);
  // Of all ways the quickest: no thread is asked, nobody else is waiting.
  fdatasyncSync(file);
  await (pathname === "/unmute" ? mouth.open() : mouth.close());
  const body = "<done/>";
  response.writeHead(200, { "content-type": "text/xml; charset=utf-8", "content-length": body.length });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
