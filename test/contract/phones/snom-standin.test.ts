import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SnomPhone } from "../../lab/phones/snom.ts";
import { fetch, hardKey, input, item, key, led, menu, row, silent, text } from "./snom-corpus/pieces.ts";

/** What the strict Snom does with a page that it takes, and what it says of a reply that it does not. */
const pages = new Map<string, string>();
const asked: { url: string; agent: string }[] = [];
let reply: (response: ServerResponse, body: string) => void;
const well = (response: ServerResponse, body: string): void => {
  response.writeHead(200, { "content-type": "text/xml; charset=utf-8", "cache-control": "no-store" }).end(body);
};
const server = createServer((request, response) => {
  asked.push({ url: request.url ?? "", agent: request.headers["user-agent"] ?? "" });
  reply(response, pages.get((request.url ?? "").replace(/\?.*/, "")) ?? text("", "nothing here"));
});
let phone: SnomPhone;
const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => void server.close());
beforeEach(() => {
  phone = new SnomPhone();
  pages.clear();
  asked.length = 0;
  reply = well;
});
afterEach(() => phone.stop());

async function shown(body: string): Promise<void> {
  pages.set("/p/", body);
  await phone.open(at("/p/"));
}
const paths = (): readonly string[] => asked.map(({ url }) => url);

describe("keys", () => {
  it("a context key asks for its page, by its label", async () => {
    await shown(text(key("F4", "Leave", at("/leave")) + key("F1", "Join", at("/join"))));
    expect(phone.keys()).toEqual(["Join", "Leave"]);
    expect([phone.keyPlace("Leave"), phone.keyUrl("Leave")]).toEqual([4, at("/leave")]);
    await phone.press("Leave");
    expect(paths()).toEqual(["/p/", "/leave"]);
  });

  it("mb_exit closes the minibrowser and asks nobody", async () => {
    await shown(text(key("F4", "Exit", "snom://mb_exit")));
    expect(await phone.press("Exit")).toBeUndefined();
    expect([phone.isOpen, paths()]).toEqual([false, ["/p/"]]);
  });

  it("the check mark does what ENTER has, and nothing without it", async () => {
    await shown(text());
    await expect(phone.ok()).rejects.toThrow(/OK does nothing/);
    await shown(text(hardKey("ENTER", at("/more"))));
    await phone.ok();
    expect(paths()).toEqual(["/p/", "/p/", "/more"]);
  });

  it("the check mark opens the row that is highlighted, which is first the one that the page says", async () => {
    await shown(menu(row("one", at("/1")) + row("two", at("/2"), ' sel="true"')));
    expect(phone.row).toBe(1);
    await phone.ok();
    expect(paths()).toEqual(["/p/", "/2"]);
  });
});

describe("the X", () => {
  it("does what CANCEL has", async () => {
    await shown(text(hardKey("CANCEL", at("/back"))));
    await phone.cancel();
    expect(paths()).toEqual(["/p/", "/back"]);
  });

  it("asks again for the page before, unless that is not tracked; at the end it closes", async () => {
    pages.set("/press", text("", "pressed", ' track="no"'));
    await shown(text(key("F1", "Press", at("/press"))));
    await phone.press("Press");
    await phone.cancel();
    expect(paths()).toEqual(["/p/", "/press", "/p/"]);
    await phone.cancel();
    expect(phone.isOpen).toBe(false);
  });
});

describe("what is typed", () => {
  it.each([
    ["utf-8", "/find?typed=Zo%C3%AB"],
    ["latin-1", "/find?typed=Zo%EB"],
  ] as const)("goes in the place of the token, as %s", async (typedAs, path) => {
    await phone.stop();
    phone = new SnomPhone({ typedAs });
    await shown(input(item(), at("/find?typed=__X__")));
    phone.type("Zoë");
    await phone.ok();
    expect(paths()).toEqual(["/p/", path]);
  });

  it("is asterisks where it is a password, and digits alone where the keys give no more", async () => {
    await shown(input(item("pn"), at("/pin?typed=__X__")));
    phone.type("1234");
    expect(phone.text()).toBe("****");
    expect(() => phone.type("a")).toThrow(/"a" into pn/);
  });
});

describe("what comes by itself", () => {
  it("a fetch is followed, and can close the minibrowser", async () => {
    await shown(text(fetch(at("/again"))));
    await phone.refresh();
    await shown(text(fetch("snom://mb_exit")));
    expect(await phone.refresh()).toBeUndefined();
    expect([phone.isOpen, paths()]).toEqual([false, ["/p/", "/again", "/p/"]]);
  });

  it("a NOTIFY shows a text, opens a page, lights a lamp", async () => {
    const push = (body: string) => phone.notify({ event: "xml", contentType: "application/snomxml", body });
    await push(text(fetch("snom://mb_exit", ' mil="20000"')));
    expect(phone.title()).toBe("Coaching");
    await push(text(fetch(at("/session"), ' mil="1"')));
    await push(silent(led("Blink")));
    expect([paths(), [...phone.lamps]]).toEqual([["/session"], [["5 green", "blink"]]]);
  });

  it("a phone of older firmware passes over a silent document", async () => {
    await phone.stop();
    phone = new SnomPhone({ knowsSilent: false });
    await phone.notify({ event: "xml", contentType: "application/snomxml", body: silent(led()) });
    expect([...phone.lamps]).toEqual([]);
  });

  it.each([true, false])("a call covers the page, and it is there again afterwards: %s", async (callUncovers) => {
    await phone.stop();
    phone = new SnomPhone({ callUncovers });
    await shown(text());
    phone.callBegins();
    expect(() => phone.text()).toThrow(/a call covers/);
    phone.callEnds();
    expect(phone.isOpen).toBe(callUncovers);
  });
});

describe("a request", () => {
  it.each([
    ["browser", /^Mozilla\/4\.0 \(compatible; snomD735-SIP 10\.1\.169\.16 .*00041396D9B4/],
    ["short", /^snomD735\/10\.1\.169\.16$/],
  ] as const)("names the phone, %s", async (agent, form) => {
    await phone.stop();
    phone = new SnomPhone({ model: "D735", agent });
    await shown(text());
    expect(asked[0]?.agent).toMatch(form);
  });

  it("is made again where the reply was lost", async () => {
    await phone.stop();
    phone = new SnomPhone({ asksTwice: true });
    await shown(text());
    expect(paths()).toEqual(["/p/", "/p/"]);
  });
});

describe("a reply that is not shown", () => {
  const headers = { "content-type": "text/xml; charset=utf-8", "cache-control": "no-store" };
  it.each<[string, (response: ServerResponse, body: string) => void, RegExp]>([
    ["another status", (response, body) => response.writeHead(404, headers).end(body), /status 404/],
    ["a redirect", (response) => response.writeHead(302, { ...headers, location: "/x" }).end(), /status 302/],
    [
      "HTML by its type",
      (response, body) => response.writeHead(200, { "content-type": "text/html" }).end(body),
      /type/,
    ],
    ["bytes that are no UTF-8", (response) => response.writeHead(200, headers).end(Buffer.from([0xff])), /UTF-8/],
    ["one that may be stored", (response, body) => response.writeHead(200, {}).end(body), /may be stored/],
  ])("%s", async (_what, answer, complaint) => {
    reply = answer;
    await expect(shown(text())).rejects.toThrow(complaint);
    expect(phone.isOpen).toBe(false);
  });

  it("a launcher of more than 90 characters", async () => {
    await expect(phone.open(at(`/p/${"x".repeat(90)}/`))).rejects.toThrow(/a URL of \d+ characters/);
  });
});
