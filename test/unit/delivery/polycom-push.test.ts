import { afterEach, describe, expect, it } from "vitest";
import { PhoneDelivery } from "../../../src/delivery/index.ts";
import type { Phone } from "../../../src/model/index.ts";
import { vendorNamed } from "../../../src/phones/index.ts";
import { profileOf } from "../../contract/phones/rendering.ts";
import { type PolycomPushOptions, PolycomPushPhone } from "../../lab/phones/polycom-push-phone.ts";
import { pairwise } from "../../lab/phones/polycom-switches.ts";
import { ana, kimsPhone } from "../core/world.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const push = vendorNamed("polycom")?.push;
const profile = profileOf({ vendor: "polycom", model: "VVX410" });
const notice = push?.notice(
  {
    title: "Who is with me",
    text: "Kim listens.",
    at: "14:02",
    urgent: false,
    inCall: true,
    seconds: 20,
    exit: "Exit",
    url: "http://192.0.2.10/p/x/",
  },
  profile,
);

async function started(options: PolycomPushOptions = {}) {
  const at = new PolycomPushPhone({ model: "VVX_410", serverRootUrl: "http://192.0.2.10", ...options });
  await at.start();
  const delivery = new PhoneDelivery({ extensionOf: () => ana.extension, notify: undefined, host: "192.0.2.10" });
  stops.push(
    () => delivery.stop(),
    () => at.stop(),
  );
  const phone: Phone = {
    ...{ mac: kimsPhone, vendor: "polycom", model: "VVX410", owner: ana.id, answer: "ring" },
    push: at.push,
  };
  const send = () => {
    if (!notice) throw new Error("there is no notice");
    return delivery.push(phone, notice);
  };
  return { at, phone, delivery, send };
}

describe("a push to the strict Polycom", () => {
  it.each(pairwise("push").map((switches, at) => [at, switches] as const))(
    "setting %i: each of three is confirmed, one after the other",
    async (_, switches) => {
      const { at, send } = await started({ switches });
      expect([await send(), await send(), await send()]).toEqual(Array(3).fill({ outcome: "confirmed" }));
      expect(at.notices).toHaveLength(3);
      expect(at.complaints).toEqual([]);
    },
  );

  it.each([true, false])(
    "one that is filtered is no success of its own (answered by 200: %s)",
    async (filteredIsOk) => {
      const { send } = await started({ messageType: 1, switches: { filteredIsOk } });
      expect(await send()).toMatchObject({ outcome: filteredIsOk ? "sent" : "failed" });
    },
  );

  it("where there is no NOTIFY for it, that is said", async () => {
    const { delivery, phone } = await started();
    const by: Phone = { ...phone, push: { by: "notify" } };
    expect(notice && (await delivery.push(by, notice))).toEqual({
      outcome: "failed",
      why: "this make of phone takes no document by NOTIFY",
      again: false,
    });
  });

  it.each(["not-found", "forbidden", "broken", "unguarded", "asks-for-ever"] as const)(
    "a phone that is %s confirms nothing",
    async (mood) => {
      const { at, send } = await started();
      at.mood = mood;
      expect((await send()).outcome).not.toBe("confirmed");
    },
  );

  it("a late one says what time it is from", async () => {
    const { at, send } = await started();
    at.callArrives();
    await send();
    await send();
    expect(at.held).toHaveLength(1);
    at.callEnds();
    expect(at.notices.at(-1)).toContain("14:02");
    expect(at.complaints).toEqual([]);
  });
});
