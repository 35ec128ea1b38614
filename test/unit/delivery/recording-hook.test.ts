import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HttpRecordingHook } from "../../../src/delivery/index.ts";
import type { CallId, LegId } from "../../../src/model/index.ts";

const news = { call: "1795.1" as CallId, legs: ["1795.1" as LegId, "1795.2" as LegId], private: true, at: 0 };

describe("a recorder that is told of private calls", () => {
  let server: Server;
  let url: string;
  let answer: number;
  let got: { readonly method: string; readonly authorization: string; readonly body: string }[];
  const hooks: HttpRecordingHook[] = [];

  beforeEach(async () => {
    answer = 204;
    got = [];
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      const { method = "", headers } = request;
      got.push({ method, authorization: headers.authorization ?? "", body });
      response.writeHead(answer, { location: "/elsewhere" }).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/private`;
  });

  afterEach(async () => {
    for (const hook of hooks.splice(0)) await hook.stop();
    server.close();
  });

  const hookAt = (target: { url: string; password?: string }): HttpRecordingHook => {
    const hook = new HttpRecordingHook(target);
    hooks.push(hook);
    return hook;
  };

  it("gets the call, its channels and what it is now, with the token of the configuration", async () => {
    expect(await hookAt({ url, password: "s3cret" }).tell(news)).toBeUndefined();
    const body = '{"call":"1795.1","channels":["1795.1","1795.2"],"private":true,"at":"1970-01-01T00:00:00.000Z"}';
    expect(got).toEqual([{ method: "POST", authorization: "Bearer s3cret", body }]);
  });

  it("that answers with an error, or sends elsewhere, has not been told", async () => {
    answer = 500;
    expect(await hookAt({ url }).tell(news)).toBe("it answered 500");
    answer = 302;
    expect(await hookAt({ url }).tell(news)).toBe("it answered 302");
    expect(got).toHaveLength(2);
  });

  it("that is not there is said without its address", async () => {
    expect(await hookAt({ url: "http://127.0.0.1:9/x", password: "s3cret" }).tell(news)).toBe("it cannot be reached");
  });
});
