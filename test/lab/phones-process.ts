import { setPriority } from "node:os";
import type { OrderMessage, PhoneOrder, PhoneOrders, PhoneSettings, ReportMessage } from "./phones-protocol.ts";
import type { Frame } from "./rtp.ts";
import { SipPhone } from "./sip-phone.ts";

/** How long frames are gathered before they go to the test process: fewer messages, steadier pacing. */
const GATHER_MS = 60;

type Handlers = {
  [Order in PhoneOrder]: (
    input: PhoneOrders[Order][0],
    name: string,
  ) => Promise<PhoneOrders[Order][1]> | PhoneOrders[Order][1];
};

const phones = new Map<string, SipPhone>();
const gathered = new Map<string, Frame[]>();

function report(message: ReportMessage): void {
  // The test process may be gone between two frames; 'disconnect' ends this one.
  if (process.connected) process.send?.(message);
}

function flush(): void {
  for (const [phone, frames] of gathered) {
    if (frames.length > 0) report({ kind: "frames", phone, frames: frames.splice(0) });
  }
}

function phone(name: string): SipPhone {
  const found = phones.get(name);
  if (found === undefined) throw new Error(`no phone ${name}`);
  return found;
}

async function create(settings: PhoneSettings, name: string): Promise<{ contact: string }> {
  const frames: Frame[] = [];
  gathered.set(name, frames);
  const made = new SipPhone(settings, {
    event: (event) => {
      flush();
      report({ kind: "event", phone: name, event });
    },
    sip: (record) => report({ kind: "sip", phone: name, record }),
    frame: (frame) => frames.push(frame),
  });
  await made.start();
  phones.set(name, made);
  return { contact: made.contact };
}

const handlers: Handlers = {
  create,
  remove: (_, name) => {
    phone(name).stop();
    flush();
    phones.delete(name);
    gathered.delete(name);
    return undefined;
  },
  register: async ({ expires }, name) => ({ code: await phone(name).register(expires) }),
  dial: async (input, name) => ({ call: await phone(name).dial(input) }),
  answer: ({ call }, name) => {
    phone(name).answer(call);
    return undefined;
  },
  progress: ({ call }, name) => {
    phone(name).progress(call);
    return undefined;
  },
  reject: ({ call, code }, name) => {
    phone(name).reject(call, code);
    return undefined;
  },
  hangUp: async ({ call }, name) => {
    await phone(name).hangUp(call);
    return undefined;
  },
  hold: async ({ call }, name) => ({ code: await phone(name).hold(call, true) }),
  resume: async ({ call }, name) => ({ code: await phone(name).hold(call, false) }),
  refer: ({ call, target }, name) => phone(name).refer(call, target),
  referTo: ({ call, other, of }, name) => phone(name).referTo(call, phone(of).dialogOf(other)),
  press: async ({ call, digit }, name) => {
    await phone(name).press(call, digit);
    return undefined;
  },
  speak: async ({ hz }, name) => ({ at: await phone(name).speak(hz) }),
  silent: ({ silent }, name) => {
    phone(name).setSilent(silent);
    return undefined;
  },
  mixes: ({ mixes }, name) => {
    phone(name).setMixes(mixes);
    return undefined;
  },
  subscribe: async ({ target, expires }, name) => ({ code: await phone(name).subscribe(target, expires) }),
  message: async ({ target, body }, name) => ({ code: await phone(name).message(target, body) }),
  settle: async (_, name) => {
    // One turn of the loop, so that packets that are already at the socket are read first.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    flush();
    return { worstLateMs: phone(name).worstLateMs };
  },
};

async function obey({ id, phone: name, order, input }: OrderMessage): Promise<void> {
  try {
    const handler = handlers[order] as (input: unknown, name: string) => unknown;
    report({ kind: "done", id, output: await handler(input, name) });
  } catch (error) {
    report({ kind: "failed", id, error: error instanceof Error ? error.message : String(error) });
  }
}

try {
  // A beat of 20 ms is kept on a busy machine only by going first; not everybody may.
  setPriority(-15);
} catch {}

process.on("message", (message: OrderMessage) => void obey(message));
process.on("disconnect", () => process.exit(0));
setInterval(flush, GATHER_MS);
report({ kind: "ready" });
