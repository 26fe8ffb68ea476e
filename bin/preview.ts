/** `npm run preview`: the letters and pages of a plan, to be looked at in a browser before anybody is sent one. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { readPlan } from './local/plan.ts';
import { startGallery } from './preview/server.ts';

const USAGE = `npm run preview -- [--plan FILE] [--port PORT]

  --plan FILE  the plan, YAML   (examples/instagram-e2ee.yaml)
  --port PORT  of the gallery   (any that is free)`;
const WRONG_USE = 2;

try {
  const { values } = parseArgs({
    options: {
      plan: { type: 'string', default: 'examples/instagram-e2ee.yaml' },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) console.log(USAGE);
  else {
    const port = Number(values.port);
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
      throw new Error(`--port is "${values.port}"; allowed is a whole number from 0 to 65535`);
    const gallery = await startGallery({ plan: () => readPlan(values.plan), port });
    console.log(`The letters of ${values.plan}: ${gallery.url}\nThe plan is read anew with each page. Ctrl-C ends.`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    await gallery.close();
  }
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = WRONG_USE;
}
