/** A line on stderr that says what is going on. */
export interface Progress {
  say(text: string): void;
  stop(): void;
}

const silent: Progress = { say: () => {}, stop: () => {} };

async function spin(text: string): Promise<Progress> {
  const { default: ora } = await import('ora');
  const spinner = ora({ text, stream: process.stderr }).start();
  return {
    say(next) {
      spinner.text = next;
      spinner.render();
    },
    stop: () => void spinner.stop(),
  };
}

/** Runs `body` under a progress line; without one when stderr is no terminal, or when `quiet` since it is used otherwise. */
export async function withProgress<T>(
  text: string,
  body: (progress: Progress) => Promise<T>,
  quiet = false,
): Promise<T> {
  const progress = process.stderr.isTTY && !quiet ? await spin(text) : silent;
  try {
    return await body(progress);
  } finally {
    progress.stop();
  }
}
