import type { Call, LegId, Person, PersonId } from "../model/index.js";
import { type Change, personOf, type Writer } from "../state/index.js";
import { refuseToStart, type SitePolicy } from "../supervision/index.js";
import type { PhonePushes } from "./phone-pushes.js";

export interface HelpCallsParts {
  readonly writer: Writer;
  readonly policy: SitePolicy;
  readonly pushes: PhonePushes;
}

/**
 * Has the page of a call opened on the phones of those who could listen to it now, when its agent asks for help: people of
 * the agent's own teams who may see the call, are on none themselves and supervise nobody.
 */
export class HelpCalls {
  readonly #parts: HelpCallsParts;
  readonly #raised = new Set<PersonId>();
  #unsubscribe: () => void = () => {};

  constructor(parts: HelpCallsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#unsubscribe = this.#parts.writer.subscribe((change) => this.#follow(change));
  }

  stop(): void {
    this.#unsubscribe();
  }

  #follow({ people }: Change): void {
    const { writer, pushes } = this.#parts;
    for (const agent of people) {
      const raised = writer.state.help.has(agent);
      if (raised === this.#raised.has(agent)) continue;
      if (raised) {
        this.#raised.add(agent);
        this.#tell(agent);
      } else {
        this.#raised.delete(agent);
        pushes.withdrawHelp(agent);
      }
    }
  }

  #tell(id: PersonId): void {
    const { writer, policy, pushes } = this.#parts;
    const { state } = writer;
    const agent = state.people.get(id);
    const leg = [...(state.callsOfPerson.get(id) ?? [])].flatMap((call) => legOf(state.calls.get(call), id) ?? [])[0];
    if (!agent || !leg) return;
    for (const supervisor of state.people.values()) {
      if (!sharesTeam(supervisor, agent)) continue;
      if (refuseToStart(state, policy, supervisor.id, leg, { mode: "listen" }) === undefined)
        pushes.callForHelp(supervisor.id, id, leg);
    }
  }
}

/** An administrator sees every team, and is called by those they are in. */
function sharesTeam(one: Person, other: Person): boolean {
  return one.teams.some((team) => other.teams.includes(team));
}

function legOf(call: Call | undefined, person: PersonId): LegId | undefined {
  return call?.legs.find(({ party, state }) => personOf(party) === person && state === "up")?.id;
}
