import type { RandomStream } from "./random.js";

/** Somebody outside who calls or is called. */
export interface Customer {
  readonly name: string;
  readonly number: string;
}

type Names = readonly [string, ...string[]];

/** Where ordinary people call from; the numbers are reserved for fiction. `number` tells them apart by their place. */
const countries: readonly [Country, ...Country[]] = [
  {
    first: ["Marta", "Oliver", "Grace", "Chidi", "Priya", "Tom", "Ruth", "Diego", "Nia", "Walter"],
    last: ["Nowak", "Grant", "Liu", "Okafor", "Raman", "Bishop", "Delgado", "Fontaine", "Abara", "Whitfield"],
    number: (place) => `+1${["202", "312", "415", "617", "718"][Math.floor(place / 100) % 5]}55501${digits(place, 2)}`,
  },
  {
    first: ["Isla", "Aiko", "Harry", "Łukasz", "Fatima", "Gwen", "Callum", "Zainab", "Rory", "Edith"],
    last: ["Ashworth", "Tanaka", "Wiśniewski", "Begum", "Llewellyn", "O'Connor", "Pemberton", "Ahmed", "Sinclair"],
    number: (place) => `+442079460${digits(place, 3)}`,
  },
  {
    first: ["Zoë", "Jürgen", "Søren", "Katharina", "Emre", "Lena", "Björn", "Anneliese", "Matthias", "Ilse"],
    last: ["Müller-Lüdenscheidt", "Ågård", "Yılmaz", "Huber", "Groß", "Petersen", "Schäfer", "Vogel", "Krüger"],
    number: (place) => `+493023125${digits(place, 3)}`,
  },
  {
    first: ["Amélie", "Benoît", "Chloé", "Étienne", "Noémie", "Yann", "Inès", "Gaël", "Hélène", "Rémi"],
    last: ["Lefèvre", "Haddad", "d'Aubigny", "Moreau", "Nguyen", "Besnard", "Charpentier", "Lemoine"],
    number: (place) => `+331990${digits(place, 5)}`,
  },
];

interface Country {
  readonly first: Names;
  readonly last: Names;
  readonly number: (place: number) => string;
}

const firms: readonly [Customer, ...Customer[]] = [
  { name: "Hotel Bellevue", number: "+33199091234" },
  { name: "Bäckerei Huber", number: "+493023125999" },
  { name: "Northwind Traders", number: "+18185550195" },
  { name: "St Mary's Surgery", number: "+442079460990" },
  { name: "Harbour & Sons Ltd", number: "+442079460991" },
];

/** What comes in from the telephone network all the same: markup, no name, no number, control characters, no end. */
export const awkwardCustomers: readonly [Customer, ...Customer[]] = [
  { name: `<b>O'Neill & "Sons"</b>`, number: "+18185550121" },
  { name: "", number: "+18185550184" },
  { name: "", number: "" },
  { name: "Reception\u0007\r\nDesk 2\u001b[31m", number: "+442079460977" },
  { name: "The Incorporated Society of Very Long Names ".repeat(5).slice(0, 200), number: "+33199099876" },
  { name: "محمد الأحمد", number: "+18185550110" },
];

/** Mostly ordinary people, some firms, now and then an awkward name. The same name always has the same number. */
export function customerBy(chance: RandomStream): Customer {
  const kind = chance.next();
  if (kind < 0.08) return chance.pick(awkwardCustomers);
  if (kind < 0.14) return chance.pick(firms);
  const { first, last, number } = chance.pick(countries);
  const [one, other] = [chance.pick(first), chance.pick(last)];
  return { name: `${one} ${other}`, number: number(first.indexOf(one) * last.length + last.indexOf(other)) };
}

function digits(number: number, count: number): string {
  return String(number % 10 ** count).padStart(count, "0");
}
