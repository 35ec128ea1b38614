import { computed, signal } from "@preact/signals";
import { pushes, topics } from "../store.js";
import { personName } from "./person-name.js";
import { personOf } from "./person-of.js";

/** Whom topics and pushes are shown of; everybody without one. */
export const about = signal<string | undefined>(undefined);

/** Whether this is shown; what concerns nobody in particular always is. */
export function isShown(person: string | undefined): boolean {
  return about.value === undefined || person === undefined || person === about.value;
}

const people = computed(() => {
  const ids = new Set(pushes.value.map(({ person }) => person as string));
  for (const topic of topics.value.keys()) {
    const person = personOf(topic);
    if (person !== undefined) ids.add(person);
  }
  // Whoever was chosen stays to be chosen.
  if (about.value !== undefined) ids.add(about.value);
  return [...ids].map((id) => ({ id, name: personName(id) })).sort((one, other) => one.name.localeCompare(other.name));
});

/** The choice of whom topics and pushes are shown of. */
export function AboutWhom() {
  return (
    <label class="about">
      <span>About</span>
      <select
        value={about.value ?? ""}
        onChange={({ currentTarget }) => {
          about.value = currentTarget.value || undefined;
        }}
      >
        <option value="">everybody</option>
        {people.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name === id ? id : `${name} (${id})`}
          </option>
        ))}
      </select>
    </label>
  );
}
