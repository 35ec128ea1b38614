/**
 * What each party of the lab sounds like, in Hz. All tones keep 100 Hz and more from each other and from the places
 * 125 Hz beside each other where the meter listens for noise, so that any mixture can be taken apart again.
 */
export const TONES = { music: 200, agent: 440, customer: 700, agent2: 950, far: 1200, agent3: 1425 } as const;

/** The two tones of a refusal, which are measured where a third agent would be; nobody else speaks there then. */
export const REFUSAL_HZ = TONES.agent3;

/** The notification tone has 1400 Hz, which the same place measures 4 dB weaker; no test has both. */
export const NOTIFICATION_HZ = TONES.agent3;

/** What a supervisor speaks tells what is promised at that moment: heard by nobody, perhaps, or heard. */
export interface Code {
  readonly forbidden: number;
  readonly grey: number;
  readonly open: number;
}

/**
 * Codes for three supervisors on one call. They lie above the people's tones on a raster of 50 Hz, where whole periods
 * fit into a frame, 250 Hz apart. What µ-law adds at these places (harmonics, intermodulation) stays 35 dB below a voice.
 */
export const CODES = [
  { forbidden: 1650, grey: 1900, open: 2150 },
  { forbidden: 2400, grey: 2650, open: 2900 },
  { forbidden: 3150, grey: 3400, open: 3650 },
] as const satisfies readonly Code[];

/** Every frequency that is measured in every frame; `Frame.levels` and `Frame.beside` are in this order. */
export const FREQUENCIES: readonly number[] = [
  ...Object.values(TONES),
  ...CODES.flatMap(({ forbidden, grey, open }) => [forbidden, grey, open]),
];

/** How far beside a frequency the noise is measured, in Hz. */
export const BESIDE_HZ = 125;
