import { until } from "../scenarios/bench.ts";
import type { CallCentre, LabCall } from "./call-centre.ts";
import { Ear } from "./meter.ts";
import type { PhoneCall } from "./phone.ts";
import { TONES } from "./voices.ts";

/** A call that Kim listens to. */
export interface Supervised extends LabCall {
  /** The supervision leg, at Kim's phone. */
  readonly leg: PhoneCall;
  readonly supervisorEar: Ear;
}

/** Carla calls `target`, and Kim listens by the keys of her desk phone until she hears the agent. */
export async function supervised(
  centre: CallCentre,
  how: "Visible" | "Hidden" = "Visible",
  target = "2001",
): Promise<Supervised> {
  const { page, kim } = centre.at;
  const call = await centre.connect(target);
  await until(page, /Ana Ruiz/);
  await page.press("Listen");
  const [leg] = await Promise.all([kim.incoming(), page.press(how)]);
  await until(page, how === "Visible" ? /can see you/ : /Nobody hears you/);
  const supervisorEar = new Ear(leg);
  await supervisorEar.hears(TONES.agent);
  return { ...call, leg, supervisorEar };
}
