import { calls, phones } from "../store.js";

/** The name of a person where this page knows it, else the id. */
export function personName(id: string): string {
  const phone = phones.value.find((one) => one.person === id);
  if (phone) return phone.name;
  for (const call of calls.value.values()) {
    const leg = call.legs.find((one) => one.person === id);
    if (leg) return leg.name;
  }
  return id;
}
