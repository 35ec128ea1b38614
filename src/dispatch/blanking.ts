import type { Clock, Lamp } from "../model/index.js";
import { keyOf, type Station } from "./stations.js";

/** A phone that does not answer by then keeps what it shows. */
const blankWithinMs = 2_000;
const nobody: Lamp = { lamp: "off", mic: "muted", supervisors: [] };

/** Puts out lamp and label of a phone that is to show nobody's any more, and sends it nothing after that. */
export async function blank({ phone, make, profile, queue }: Station, clock: Clock): Promise<void> {
  const key = keyOf(phone);
  const wishes =
    key === undefined
      ? []
      : ([
          ["lamp", make.lamp(nobody, key, profile)],
          ["label", make.label("", key, profile)],
        ] as const);
  const tried = wishes.map(([kind, document]) =>
    document ? queue.ask({ kind, make: () => Promise.resolve(document) }).tried : undefined,
  );
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(blankWithinMs, resolve);
  });
  await Promise.race([Promise.all(tried), late]);
  cancel();
  queue.stop();
}
