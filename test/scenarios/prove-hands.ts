import type { PushPhone } from "../lab/phones/push-phone.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import type { AtPhone, HandsFor } from "./prove-admin.ts";

export interface HandsOf extends AtPhone {
  readonly phone: YealinkPhone;
  readonly pushed: PushPhone;
  readonly launcher: string;
}

type Hands = HandsFor<HandsOf>;

const thanked = (phone: YealinkPhone): boolean => phone.shows === "page" && /Thank you/.test(phone.text());
/** What a strict phone complains about is shown all the same, or not; either way the screen tells. */
const trying = async (act: () => Promise<unknown>): Promise<void> => void (await act().catch(() => undefined));
const opened = async ({ phone, launcher }: HandsOf): Promise<YealinkPhone> => {
  await phone.open(launcher);
  return phone;
};
const typed = (text: string, send: (phone: YealinkPhone) => Promise<unknown>): Hands => {
  return async (at) => {
    const phone = await opened(at);
    phone.type(text);
    await trying(() => send(phone));
    return thanked(phone);
  };
};
const pressed = (key: string): Hands => {
  return async (at) => {
    const phone = await opened(at);
    await trying(() => phone.press(key));
    return thanked(phone);
  };
};
const shownWhole: Hands = async ({ phone, launcher }) =>
  phone.open(launcher).then(
    () => true,
    () => false,
  );
const lit =
  (colour: string, state: string): Hands =>
  ({ phone }) =>
    phone.lamps.get(`5 ${colour}`) === state;
const probed = ({ phone }: HandsOf): boolean => phone.shows === "page" && phone.title() === "Probe";
const says = ({ phone }: HandsOf): boolean => phone.shows === "page" && /This is a probe/.test(phone.text());

/** Hands and eyes at a strict Yealink: by step, what the words of the step say. */
export const hands: Readonly<Record<string, Hands>> = {
  list: async (at) => (await opened(at)).keys().join() === "One,Two,Three,Exit",
  "more-softkeys": shownWhole,
  "own-softkeys": async (at) => {
    const phone = await opened(at);
    try {
      return phone.keyPlace("Exit") > 0;
    } catch {
      return false;
    }
  },
  "label-width": shownWhole,
  "row-width": shownWhole,
  "title-width": shownWhole,
  selection: async (at) => {
    const phone = await opened(at);
    phone.select(1);
    await phone.press("Pick");
    return thanked(phone);
  },
  "selection-mark": pressed("Pick"),
  "selection-on-rows": async (at) => {
    const phone = await opened(at);
    phone.select(1);
    await phone.ok();
    return thanked(phone);
  },
  cursor: async (at) => (await opened(at)).row === 2,
  "ok-key": async (at) => {
    const phone = await opened(at);
    await trying(() => phone.ok());
    return thanked(phone);
  },
  "back-key": async (at) => {
    const phone = await opened(at);
    await phone.cancel();
    return thanked(phone);
  },
  refresh: async (at) => (await (await opened(at)).refresh()) !== undefined,
  timeout: async (at) => {
    const phone = await opened(at);
    await phone.lapse();
    return thanked(phone);
  },
  "input-ok": typed("1234", (phone) => phone.ok()),
  "input-digits": typed("1*2#", (phone) => phone.press("OK")),
  "input-letters": typed("ä", (phone) => phone.press("OK")),
  "error-page": async (at) => {
    const phone = await opened(at);
    await trying(() => phone.press("Error"));
    return phone.shows === "page" && /all the same/.test(phone.text());
  },
  redirect: pressed("Away"),
  "asks-twice": pressed("Lose"),
  "user-agent": async (at) => (await opened(at)).isOpen,
  "push-page": probed,
  "push-status": ({ phone }) => phone.status === "This is a probe.",
  "push-text": says,
  "lamp-green": lit("GREEN", "on"),
  "lamp-orange": lit("ORANGE", "on"),
  "lamp-red": lit("RED", "on"),
  "lamp-flash": lit("RED", "slowflash"),
  "lamp-off": lit("RED", "off"),
  "lamp-and-page": async (at) => {
    await (await opened(at)).press("Exit");
    return at.phone.lamps.get("5 GREEN") === "on";
  },
  "lamp-after-call": async (at) => {
    at.call()();
    return at.phone.lamps.get("5 GREEN") === "on";
  },
  "key-label": ({ phone }) => phone.labels.get(5) === "Probe",
  "call-uncovers": async (at) => {
    await opened(at);
    at.call()();
    return at.phone.isOpen;
  },
  "page-over-call": probed,
  "status-in-call": ({ phone }) => phone.status === "This is a probe.",
  "text-in-call": says,
};
