import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseSearchText, Secret } from "../../../src/model/index.ts";
import { type InputPage, inputPage } from "../../../src/pages/index.ts";
import { YealinkPhone } from "../../lab/phones/yealink.ts";
import { board, leg, mac, otherMac, otherToken, raw, served, session, sure, token } from "./fixture.ts";

let at: Awaited<ReturnType<typeof served>>;
const phone = new YealinkPhone();

beforeAll(async () => {
  at = await served();
});
afterAll(async () => {
  await phone.stop();
  await at.server.stop();
});
beforeEach(() => {
  at.desk.page = board;
  at.desk.step = 7;
  at.desk.before = async () => {};
});

describe("showing", () => {
  const shows: readonly [string, object][] = [
    ["", { to: "home" }],
    ["board/3", { to: "board", page: 3 }],
    ["board/0/agent", { to: "board", page: 0, order: "agent" }],
    ["board/0/nonsense", { to: "board", page: 0 }],
    ["board/0?selection=c81", { to: "board", page: 0, at: "c81" }],
    ["board/1&selection=c81", { to: "board", page: 1, at: "c81" }],
    ["find", { to: "find" }],
    ["find/digits", { to: "find", input: "digits" }],
    ["find/text?typed=Zo%C3%AB%20&x", { to: "found", text: "Zoë", page: 0 }],
    ["find/text&typed=a+b", { to: "found", text: "a b", page: 0 }],
    // As a phone that escapes in ISO-8859-1 sends it.
    ["find/text?typed=Zo%EB+M%FCller", { to: "found", text: "Zoë Müller", page: 0 }],
    ["find/digits?typed=", { to: "find", input: "digits" }],
    [`find/digits?typed=${"1".repeat(33)}`, { to: "find", input: "digits" }],
    ["find/other?typed=7", { to: "find" }],
    [`found/3/${Buffer.from("Zoë").toString("base64url")}`, { to: "found", text: "Zoë", page: 3 }],
    [`found/0/${Buffer.from("a\u0000b").toString("base64url")}`, { to: "found", text: "a b", page: 0 }],
    [`found/0/${"A".repeat(141)}`, { to: "home" }],
    ["found/0/%3Cb%3E", { to: "home" }],
    ["found/x/QQ", { to: "home" }],
    ["call/c-8.1_x", { to: "call", leg: "c-8.1_x" }],
    ["listen/c81", { to: "ask-listen", leg: "c81" }],
    ["session", { to: "session" }],
    ["session?selection=c81", { to: "session" }],
    ["session&selection=c81", { to: "session" }],
    ["no/such/page", { to: "home" }],
    ["board/-1", { to: "home" }],
    ["call/%3Cb%3E", { to: "home" }],
    ["do/explode/-/7.aaaaaaaaaaaaaaaa", { to: "home" }],
    ["do/listen-hidden", { to: "home" }],
  ];
  test.each(shows)("%s", async (path, link) => {
    await phone.open(at.launcher);
    await phone.get(at.launcher + path);
    expect(at.desk.last).toEqual({ kind: "show", link });
  });

  test("the launcher works without its last slash", async () => {
    await phone.get(at.launcher.slice(0, -1));
    expect(at.desk.asked.at(-1)).toEqual({ mac, host: "127.0.0.1", request: { kind: "show", link: { to: "home" } } });
  });

  test("a header cannot say where a request came from", async () => {
    await fetch(at.launcher, { headers: { "x-forwarded-for": "10.9.9.9", forwarded: "for=10.9.9.9" } });
    expect(at.desk.asked.at(-1)?.host).toBe("127.0.0.1");
  });

  test("headers of a page", async () => {
    const { headers, status } = await fetch(at.launcher);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("content-type")).toBe("text/xml; charset=utf-8");
    expect(headers.get("refresh")).toBe(`5; url=${at.launcher}board/1`);
  });

  test("a refresh never presses", async () => {
    at.desk.page = { ...session, refresh: { seconds: 1, link: { to: "press", act: "unmute" } } };
    expect((await fetch(at.launcher)).headers.get("refresh")).toBe(`1; url=${at.launcher}`);
  });
});

test("what is looked for stands in no log line, not even where the desk fails", async () => {
  at.desk.page = {
    ...board,
    refresh: { seconds: 5, link: { to: "found", text: sure(parseSearchText("004915550123")), page: 0 } },
  };
  const url = `${at.launcher}find/digits?typed=004915550123`;
  at.desk.before = () => Promise.reject(new Error(`broken at ${url}, ${at.launcher}found/0/MDA0OTE1NTUwMTIz`));
  await phone.get(url);
  at.desk.before = async () => {};
  await phone.press("Update");
  await phone.refresh();
  expect(at.desk.last).toEqual({ kind: "show", link: { to: "found", text: "004915550123", page: 0 } });
  expect(at.lines.join("\n")).toContain("The desk failed");
  expect(at.lines.join("\n")).not.toMatch(/004915550123|MDA0OTE1NTUwMTIz/);
});

describe("pressing", () => {
  test("a key of the session", async () => {
    at.desk.page = session;
    await phone.open(at.launcher);
    expect(phone.keys()).toEqual(["Unmute", "Join", "Listen", "Leave"]);
    await phone.press("Unmute");
    expect(at.desk.last).toEqual({ kind: "press", act: "unmute", step: 7 });
    await phone.cancel();
    expect(at.desk.last).toEqual({ kind: "show", link: { to: "board", page: 1 } });
    await phone.ok();
    expect(at.desk.last).toEqual({ kind: "show", link: { to: "session" } });
  });

  test("a press that names a leg", async () => {
    at.desk.page = {
      ...session,
      keys: [{ label: "Hidden", link: { to: "press", act: "listen-hidden", leg: leg("c81") } }],
    };
    await phone.open(at.launcher);
    await phone.press("Hidden");
    expect(at.desk.last).toEqual({ kind: "press", act: "listen-hidden", leg: "c81", step: 7 });
  });

  test("the highlighted row goes along with a pick", async () => {
    await phone.open(at.launcher);
    phone.select(1);
    await phone.press("Coach");
    expect(at.desk.last).toEqual({ kind: "pick", pick: "coach", leg: "c82", step: 7 });
  });

  test("a selection may be glued on with &, repeated, or encoded", async () => {
    await phone.open(at.launcher);
    const plain = phone.keyUrl("Coach")?.replace(/\?.*/, "");
    for (const tail of ["&selection=c82", "?selection=c82&selection=c81", "?x=1?selection=c82", "?selection=%638%32"]) {
      await phone.get(plain + tail);
      expect(at.desk.last).toEqual({ kind: "pick", pick: "coach", leg: "c82", step: 7 });
    }
  });

  test("a pick without a selection, or with a wrong one", async () => {
    const without = new YealinkPhone({ selection: false });
    await without.open(at.launcher);
    await without.press("Listen");
    expect(at.desk.last).toEqual({ kind: "pick", pick: "listen", step: 7 });
    await without.get(`${without.gets.at(-1)?.url}?selection=%3Cb%3E`);
    expect(at.desk.last).toEqual({ kind: "pick", pick: "listen", step: 7 });
    await without.stop();
  });

  test("a row leads to its page, also where the phone sends a selection along", async () => {
    const sends = new YealinkPhone({ selectionOnRows: true });
    await sends.open(at.launcher);
    sends.select(1);
    await sends.ok();
    expect(at.desk.last).toEqual({ kind: "show", link: { to: "call", leg: "c82" } });
    await sends.stop();
  });
});

describe("typing", () => {
  const asking = (input: InputPage["input"]): InputPage =>
    inputPage(
      { say: (id) => id.slice("label.".length) },
      {
        ...{ title: "PIN", prompt: "PIN:", input, back: { to: "home" } },
        to: { to: "press", act: "listen-hidden", leg: leg("c81") },
      },
    );
  const typed = (): string | undefined => {
    const request = at.desk.last;
    return request?.kind === "press" ? request.secret?.reveal() : undefined;
  };
  const press = { kind: "press", act: "listen-hidden", leg: "c81", step: 7 };

  test("what was typed comes with the press that the page was given out for", async () => {
    at.desk.page = asking("secret");
    await phone.open(at.launcher);
    phone.type("12");
    expect(phone.text()).toBe("PIN: **");
    await phone.press("erase");
    phone.type("*#3");
    await phone.press("send");
    expect(at.desk.last).toMatchObject(press);
    expect(typed()).toBe("1*#3");
  });

  test("the key for the way back takes nothing along", async () => {
    at.desk.page = asking("secret");
    await phone.open(at.launcher);
    phone.type("1234");
    await phone.press("no");
    expect(phone.gets.at(-1)?.url).toBe(at.launcher);
  });

  test("it may be glued on with &, or come without escapes", async () => {
    at.desk.page = asking("digits");
    await phone.open(at.launcher);
    await phone.ok();
    const url = phone.gets.at(-1)?.url.replace(/\?.*/, "") ?? "";
    for (const tail of [
      "&typed=1%23",
      "?typed=1%23",
      "?x=1?typed=1%23",
      "?typed=1%23&typed=2",
      "?selection=c9&typed=1%23",
    ]) {
      await phone.get(url + tail);
      expect(typed()).toBe("1#");
    }
    await raw(at.port, `GET ${new URL(url).pathname}?typed=1# HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(typed()).toBe("1#");
  });

  test.each([
    ["nothing", ""],
    ["letters", "abcd"],
    ["33 digits", "1".repeat(33)],
    ["a line break", "12%0a34"],
    ["markup", "%3Cb%3E"],
    ["broken escapes", "%ff%"],
  ])("%s is no secret: the press comes without one", async (_what, text) => {
    at.desk.page = asking("secret");
    await phone.open(at.launcher);
    await phone.ok();
    await phone.get((phone.gets.at(-1)?.url ?? "").replace(/typed=.*/, `typed=${text}`));
    expect(at.desk.last).toMatchObject(press);
    expect(typed()).toBeUndefined();
  });

  test("a page of typing never goes on by itself", async () => {
    at.desk.page = asking("text");
    expect((await fetch(at.launcher)).headers.get("refresh")).toBeNull();
  });

  test("no secret stands in any log line, whatever is done with it", async () => {
    const asked: unknown[] = [];
    at.desk.page = asking("secret");
    await phone.open(at.launcher);
    phone.type("90417263");
    at.desk.before = async () => {
      asked.push(at.desk.last);
      throw new Error(`cannot answer ${JSON.stringify(at.desk.last)} for ${phone.gets.at(-1)?.url}?typed=90417263`);
    };
    await phone.press("send");
    expect(typed()).toBe("90417263");
    at.desk.before = async () => {};
    await phone.press("Update");
    await raw(at.port, `GET /p/${token}/do/leave/-?typed=90417263%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(at.lines.join("\n")).toContain("The desk failed");
    expect(at.lines.join("\n")).not.toContain("90417263");
    expect(String(new Secret("90417263")) + JSON.stringify([new Secret("90417263")])).not.toContain("90417263");
  });
});

describe("a signature binds", () => {
  const signed = async (label: string): Promise<string> => {
    at.desk.page = session;
    await phone.open(at.launcher);
    return phone.keyUrl(label) ?? "";
  };
  const home = { kind: "show", link: { to: "home" } };

  const changes: readonly [string, (url: string) => string][] = [
    ["the step", (url) => url.replace("/7.", "/8.")],
    ["the act", (url) => url.replace("/unmute/", "/join/")],
    ["the leg", (url) => url.replace("/-/", "/c81/")],
    ["the phone", (url) => url.replace(token, otherToken)],
    ["itself", (url) => `${url.slice(0, -1)}${url.endsWith("A") ? "B" : "A"}`],
    ["nothing, when it is gone", (url) => url.replace(/\/7\..*/, "")],
  ];
  test.each(changes)("%s", async (_what, change) => {
    await phone.get(change(await signed("Unmute")));
    expect(at.desk.last).toEqual(home);
  });

  test.each(["mute", "back", "leave"] as const)("%s reaches the desk all the same", async (act) => {
    for (const tail of [`do/${act}/-/3.AAAAAAAAAAAAAAAA`, `do/${act}/-`, `do/${act}`, `do/${act}/-/x?selection=c81`]) {
      await phone.get(at.launcher + tail);
      expect(at.desk.last).toEqual({ kind: "unsigned-press", act });
    }
    await phone.get(`${at.launcher}do/${act}/c81/zzz`);
    expect(at.desk.last).toEqual({ kind: "unsigned-press", act, leg: "c81" });
  });

  test("an old step stays signed: the desk decides", async () => {
    const url = await signed("Leave");
    at.desk.step = 99;
    await phone.get(url);
    expect(at.desk.last).toEqual({ kind: "press", act: "leave", step: 7 });
  });

  test("a pick cannot be forged into acting", async () => {
    await phone.get(`${at.launcher}pick/coach/7.AAAAAAAAAAAAAAAA?selection=c81`);
    expect(at.desk.last).toEqual(home);
  });

  test("the other phone gets signatures of its own", async () => {
    at.desk.page = session;
    const other = new YealinkPhone({ model: "T42U" });
    await other.open(at.server.launcherUrl(otherToken));
    await other.press("Unmute");
    expect(at.desk.asked.at(-1)).toMatchObject({ mac: otherMac, request: { kind: "press", act: "unmute" } });
    await other.stop();
  });
});

describe("a desk in trouble", () => {
  test("throws: a sentence, and a log line without the token", async () => {
    at.desk.before = () => Promise.reject(new Error(`broken at ${at.launcher}do/leave, ${token}`));
    await phone.open(at.launcher);
    expect(phone.text()).toBe("Something went wrong. Press Update to see what is true now.");
    at.desk.before = async () => {};
    await phone.press("Update");
    expect(phone.title()).toBe("Live calls (2)");
    expect(at.lines.join("\n")).toContain("The desk failed");
  });

  test("is slow: Connecting is answered while the desk still thinks, moved on by refresh", async () => {
    let think = (): void => {};
    at.desk.before = () => new Promise((resolve) => (think = resolve));
    const get = await phone.open(at.launcher);
    expect(get.end - get.start).toBeGreaterThan(900);
    expect(phone.title()).toBe("Connecting");
    think();
    at.desk.before = async () => {};
    await phone.refresh();
    expect(phone.title()).toBe("Live calls (2)");
  });
});

test("no token stands in any log line", async () => {
  at.desk.page = session;
  await phone.open(at.launcher);
  await phone.press("Unmute");
  expect(at.lines.join("\n")).toContain("A press was answered");
  expect(at.lines.join("\n")).not.toContain(token);
  expect(at.lines.join("\n")).not.toContain(otherToken);
});
