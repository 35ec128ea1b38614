import { createServer } from "node:net";
import { expect, test } from "vitest";
import { describeListenError, isPortTaken } from "../../../src/config/index.js";

const listen = { host: "127.0.0.1", port: 8080 };
const failure = (code: string): Error => Object.assign(new Error("stack"), { code });

test.each([
  ["EADDRINUSE", "http.listen: port 8080 on 127.0.0.1 is taken by another program"],
  ["EADDRNOTAVAIL", "http.listen: this machine does not have the address 127.0.0.1"],
  ["ENOTFOUND", "http.listen: the name 127.0.0.1 is not known"],
  ["EACCES", "http.listen: port 8080 on 127.0.0.1 is not allowed for this user"],
  ["EWHAT", "http.listen: cannot listen on port 8080 on 127.0.0.1 (the system says EWHAT)"],
])("%s names the key", (code, words) => {
  expect(describeListenError("http.listen", listen, failure(code))).toBe(words);
});

test("the next free port is said", () => {
  expect(describeListenError("mqtt.embedded.listen", listen, failure("EADDRINUSE"), 8081)).toBe(
    "mqtt.embedded.listen: port 8080 on 127.0.0.1 is taken by another program; using 8081 instead",
  );
});

test("a port really taken is known as taken", async () => {
  const first = createServer();
  await new Promise<void>((done) => first.listen(0, "127.0.0.1", done));
  const address = first.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const error = await new Promise<unknown>((done) => createServer().once("error", done).listen(port, "127.0.0.1"));
  expect(isPortTaken(error)).toBe(true);
  await new Promise((done) => first.close(done));
});
