import { useEffect, useMemo } from "preact/hooks";
import type { DeskPhone, Handset, HandsetAct } from "../../model/desk.js";
import { ask } from "../ask.js";
import { handsets, lights, link, notices, now, own } from "../store.js";
import { hookAct } from "./call-screen.js";
import type { LampKind, Machine } from "./form.js";
import { lampOf } from "./lamp.js";
import { drawn } from "./place.js";
import { pointer } from "./pointer.js";
import { screenOf } from "./screen-of.js";

const idle: Handset = { state: "idle" };

/** The machine of a drawn phone for as long as it is drawn, and what the desk says of that phone now. */
export function usePhone<Of extends Machine>(phone: DeskPhone, make: (launcher: string) => Of, lamps: LampKind) {
  const machine = useMemo(() => make(phone.url), [phone.url, make]);
  useEffect(() => {
    drawn.set(phone.mac, machine);
    return () => {
      drawn.forget(phone.mac, machine);
      machine.stop();
    };
  }, [machine, phone.mac]);
  const handset = handsets.value.get(phone.mac) ?? idle;
  useEffect(() => machine.handset(handset.state), [machine, handset.state]);
  const open = link.value === "open";
  useEffect(() => {
    if (open) machine.reconnected();
  }, [machine, open]);

  const standing = machine.standing.value;
  const page = machine.seen.value;
  const notice = notices.value.get(phone.mac);
  const act = (what: "app" | HandsetAct) => {
    if (what === "app") machine.open();
    else void ask.handset(phone.mac, what);
  };
  return {
    ...{ machine, handset, standing, page, act },
    screen: screenOf(standing, page, handset),
    launcher: phone.supervises ? "Calls" : "With me",
    lamp: lampOf(phone, lights.value.get(phone.mac), own.value, lamps),
    notice: notice && notice.expiresAt > now.value ? notice : undefined,
    pointed: phone.supervises ? pointer.value : undefined,
    lifted: handset.state === "talking" || handset.state === "held",
    hook: () => {
      const does = hookAct(handset.state);
      if (does) act(does);
    },
  };
}

/** Whatever a form has of its phone. */
export type PhoneState = Omit<ReturnType<typeof usePhone>, "machine">;
