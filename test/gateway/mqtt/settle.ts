/**
 * Gives a broker and its clients, all of this process, time for what they still have to do: some 60 ms, and on a machine that stops
 * the process for as long as that, still as many turns of its event loop.
 */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 3));
}
