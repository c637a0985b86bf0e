/** A program for tests: adds episodes to the buffer in a folder until it is killed, and prints the id of each. */

import { openKeptBuffer } from "../../src/transfer/kept-buffer.ts";
import { numberedEpisode } from "./numbered-episode.ts";

const [folder = ""] = process.argv.slice(2);
const kept = await openKeptBuffer(folder);
for (let number = kept.buffer.trajectoryIds.length; ; number++) {
  const { trajectory, answers } = numberedEpisode(number);
  await kept.add(trajectory, answers);
  kept.noteUse([`${trajectory.id}#0`]);
  process.stdout.write(`${trajectory.id}\n`);
}
