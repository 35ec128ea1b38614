import type { BenchPerson } from "./earshot.ts";
import { type ListedCall, nameOf, type Story, stories } from "./recording.ts";

/** Agents that have a call each at the highest load, and more that are free for calls that come and go. */
export const MOST_CALLS = 10_000;
export const FREE_AGENTS = 200;
const TEAMS = 20;
/** Half of the supervisors see every call, half those of one team in twenty. */
const SUPERVISORS = 16;

const agents = Array.from({ length: MOST_CALLS + FREE_AGENTS }, (_, index) => String(20_000 + index));
export const supervisors = Array.from({ length: SUPERVISORS }, (_, index) => String(1_001 + index));

/** The agents without a call. */
export const freeAgents = agents.slice(MOST_CALLS);

/** Everybody in the big site of the bench. */
export function crowd(): BenchPerson[] {
  return [
    ...supervisors.map((extension, index): BenchPerson => {
      const teams = index % 2 === 0 ? ["support"] : [`team${index}`];
      return { extension, name: `Supervisor ${index}`, role: "team-manager", teams };
    }),
    ...agents.map((extension, index): BenchPerson => {
      return { extension, name: nameOf(extension), role: "agent", teams: ["support", `team${index % TEAMS}`] };
    }),
  ];
}

/** The first so many calls, one of each agent, a second apart, all answered. */
export function liveCalls(count: number, story: Story = stories().dial): ListedCall[] {
  const now = Date.now();
  return agents
    .slice(0, count)
    .map((extension, index) => story.talking(index, extension, new Date(now - 1_000 * (index + 1))));
}
