import { expect } from "vitest";
import { until } from "../scenarios/bench.ts";
import { type CallCentre, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { MatrixRun, type Promised } from "./matrix-run.ts";

/**
 * The audio matrix of one call: every mode in turn by presses on Kim's desk phone, every cell measured, then the whole call.
 * @returns the matrix as measured, a line each. @throws LeakError, where anything promised is not heard, NotMeasured.
 */
export async function matrixOf(centre: CallCentre, call: LabCall, promised: Promised = {}): Promise<string[]> {
  const run = new MatrixRun(centre, call, promised);
  const { thorough = false, agent = "Ana Ruiz" } = promised;
  const { agentEar, customerEar } = call;
  const coachOpen = new RegExp(`${agent} hears you`);
  const joinOpen = /Everybody on the call hears you/;
  const muted = /Nobody hears you/;
  const narrowed = { before: VOICE.all, grey: VOICE.toAll } as const;

  if (promised.unbroken === false) {
    await hiddenRefused(centre);
    await run.cells("visible listen", await run.listen("Visible"), {});
  } else {
    await run.cells("hidden listen", await run.listen("Hidden"), {});
    await run.cells("visible listen", await run.still("Visible", /can see you/), {});
  }
  await run.cells("coach, muted", await run.still("Coach", /Coaching/), {});
  let press = await run.opening("Unmute", coachOpen, VOICE.toAgent, VOICE.agent, agentEar);
  await run.cells("coach, open", press, { agent: VOICE.agent });
  press = await run.opening("Join", joinOpen, VOICE.toAll, VOICE.all, customerEar);
  await run.cells("join, open", press, { agent: VOICE.all, customer: VOICE.all });
  press = await run.closing("Coach", coachOpen, { ...narrowed, after: VOICE.agent }, customerEar);
  await run.cells("coach again, still open", press, { agent: VOICE.agent });
  if (thorough) {
    press = await run.opening("Join", joinOpen, VOICE.toAll, VOICE.all, customerEar);
    await run.cells("join again, still open", press, { agent: VOICE.all, customer: VOICE.all });
    press = await run.closing("Mute", muted, { ...narrowed, after: VOICE.nobody }, customerEar);
    await run.cells("join, muted", press, {});
    await run.cells("back to coach, mute kept", await run.still("Coach", /Coaching/), {});
    await run.opening("Unmute", coachOpen, VOICE.toAgent, VOICE.agent, agentEar);
  }
  press = await run.closing(
    "Listen",
    muted,
    { before: VOICE.agent, grey: VOICE.toAgent, after: VOICE.nobody },
    agentEar,
  );
  await run.cells("back to listen", press, {});
  const leftAt = now();
  press = await run.still("Leave", /You have left the call/);
  run.left();
  await run.cells("left", press, {});
  await run.wholeCall(leftAt);
  await centre.at.desk.press("Calls");
  return run.table();
}

/** R5 where a Listen would show in the parties' streams, Hidden is refused in words. */
async function hiddenRefused({ at: { page } }: CallCentre): Promise<void> {
  await until(page, /Ana Ruiz/);
  await page.press("Listen");
  await page.press("Hidden");
  expect(page.text()).toMatch(/Hidden would show in the sound stream of this call/);
  await page.press("Calls");
}

/**
 * The matrix of a call whose agent's leg is not certain: Listen, hidden and visible, and nothing more, in words. Kim's
 * phone speaks throughout, and nobody may hear it.
 */
export async function listenOnlyMatrixOf(centre: CallCentre, call: LabCall, agent: string): Promise<string[]> {
  const run = new MatrixRun(centre, call, { agent });
  const { page } = centre.at;
  const refused = /It is not certain which phone is the agent's, so nobody may be spoken to/;
  await page.press("Coach");
  expect(page.text()).toMatch(refused);
  await page.press("Calls");
  await run.cells("hidden listen", await run.listen("Hidden"), {});
  expect(page.text()).toContain(`It is not certain which phone is ${agent}'s.`);
  await run.cells("coach, refused hidden", await run.still("Coach", refused), {});
  await run.cells("visible listen", await run.still("Visible", /can see you/), {});
  await run.cells("coach, refused", await run.still("Coach", refused), {});
  await run.cells("join, refused", await run.still("Join", refused), {});
  const leftAt = now();
  await run.still("Leave", /You have left the call/);
  run.left();
  await run.cells("left", "", {});
  await run.wholeCall(leftAt);
  await page.press("Calls");
  return run.table();
}
