import { request } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { readPage } from "../../contract/phones/polycom-reading.ts";
import { board, leg, served, session, sure } from "./fixture.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function phone(model: string) {
  const at = await served({ phones: () => ({ vendor: "polycom", model }) });
  closing.push(() => at.server.stop());
  const get = async (url: string) => {
    const { statusCode, headers, body } = await request(url);
    return { status: statusCode, headers, ...readPage(await body.text(), model) };
  };
  return { ...at, get };
}

describe("a Polycom at its pages", () => {
  test.each(["SPIP550", "VVX411", "CCX600"])(
    "a %s gets a page that it can show, whole and kept nowhere",
    async (model) => {
      const { get, launcher } = await phone(model);
      const { status, headers, complaints } = await get(launcher);
      expect(complaints).toEqual([]);
      expect(status).toBe(200);
      expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      expect(headers["content-length"]).toMatch(/^\d+$/);
      expect(headers["transfer-encoding"]).toBeUndefined();
      expect(headers["set-cookie"]).toBeUndefined();
    },
  );

  test("is not asked to refresh faster than it can", async () => {
    const { get, launcher, desk } = await phone("SPIP550");
    desk.page = { ...session, refresh: { seconds: 1, link: { to: "session" } } };
    expect((await get(launcher)).headers["refresh"]).toBe(`5; url=${launcher}session`);
    desk.page = { ...session, refresh: { seconds: 10, link: { to: "session" } } };
    expect((await get(launcher)).headers["refresh"]).toBe(`10; url=${launcher}session`);
  });

  test("a link of its page is a press that counts", async () => {
    const { get, launcher, desk } = await phone("VVX411");
    desk.page = session;
    const { page } = await get(launcher);
    await get(sure(page.links.find(({ text }) => text === "Leave")).href);
    expect(desk.last).toEqual({ kind: "press", act: "leave", step: 7 });
  });

  test("a softkey fetches the same address", async () => {
    const { get, launcher, desk } = await phone("SPIP550");
    desk.page = session;
    const { page } = await get(launcher);
    await get(sure(page.softkeys.find(({ label }) => label === "Leave")).url);
    expect(desk.last).toEqual({ kind: "press", act: "leave", step: 7 });
  });

  test("what is typed comes as a form sends it, with the press it is for", async () => {
    const { get, launcher, desk } = await phone("SPIP550");
    desk.page = {
      ...{ kind: "input", title: "Your PIN", prompt: "PIN", input: "secret", keys: [] },
      to: { to: "press", act: "listen-hidden", leg: leg("c81") },
      typing: { send: "OK", erase: "Delete", mode: "123/abc" },
    };
    const { page } = await get(launcher);
    desk.page = board;
    await get(`${page.form?.action}?typed=12*4%23`);
    expect(desk.last).toMatchObject({ kind: "press", act: "listen-hidden", leg: "c81", step: 7 });
    expect(desk.last?.kind === "press" && desk.last.secret?.reveal()).toBe("12*4#");
  });

  test("words come with plus for a space", async () => {
    const { get, launcher, desk } = await phone("VVX411");
    await get(`${launcher}find/text?typed=ana+ruiz`);
    expect(desk.last).toEqual({ kind: "show", link: { to: "found", text: "ana ruiz", page: 0 } });
  });
});
