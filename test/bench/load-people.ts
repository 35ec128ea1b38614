import { type Mac, type Person, type Phone, parseExtension, parseMac, parsePersonId } from "../../src/model/index.ts";

function person(id: string, name: string, role: Person["role"], team: string): Person {
  const [known, extension] = [parsePersonId(id), parseExtension(id)];
  if (!known || !extension) throw new Error(id);
  return { id: known, extension, name, role, teams: [team] };
}

/** Agents who have calls all the time. */
export const agents = Array.from({ length: 500 }, (_, index) =>
  person(String(2_001 + index), `Agent ${index}`, "agent", "all"),
);
/** Whose light is looked at, and who switches it; no others are in their team. */
export const ana = person("1999", "Ana Ruiz", "agent", "alone");
export const kim = person("1001", "Kim Osei", "team-manager", "alone");
export const people = [kim, ana, ...agents];
export const lampKey = 5;

/** Kim's phone, and Ana's with a light and with pushes. */
export function phonesWith(push: NonNullable<Phone["push"]>): readonly Phone[] {
  const mac = (text: string): Mac => {
    const known = parseMac(text);
    if (!known) throw new Error(text);
    return known;
  };
  const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;
  return [
    { ...common, mac: mac("805ec0aa1001"), owner: kim.id },
    { ...common, mac: mac("805ec0aa1999"), owner: ana.id, lampKey, push },
  ];
}
