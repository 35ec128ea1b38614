import { demoConfig } from "../../src/config/index.ts";
import { type Person, parseExtension, parsePersonId } from "../../src/model/index.ts";

/** As many agents as have about 200 calls at once from the first seconds on. */
const AGENTS = 300;

/** The people of the demo, and agents enough for 200 live calls. */
export function crowd(): readonly Person[] {
  const agents = Array.from({ length: AGENTS }, (_, index): Person => {
    const [id, extension] = [parsePersonId(String(20_000 + index)), parseExtension(String(20_000 + index))];
    if (!id || !extension) throw new Error("no such extension");
    return { id, extension, name: `Agent ${index}`, role: "agent", teams: [index % 2 === 0 ? "support" : "sales"] };
  });
  return [...demoConfig(".earshot").people, ...agents];
}
