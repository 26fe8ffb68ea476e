/** Serves the gallery to this machine only. Letters come under a policy that lets them run and load nothing. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { type Language, languagesOf } from '../../functions/domain/language.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { stagesOf } from '../../functions/mail/roles.ts';
import { type Here, listenHere, otherName } from '../local/pages/loopback.ts';
import { gallery, notFound } from './gallery.ts';
import { inTheme, PAGE_STATES, sampleLetter, samplePage, THEMES } from './samples.ts';

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline' 'self'; frame-src 'self'; base-uri 'none'";
const STYLE = readFileSync(new URL('style.css', import.meta.url), 'utf8');

/** @param plan read with each page. Throws where it cannot be read now, or where the port is taken. */
export async function startGallery({ plan, port }: { plan: () => Plan; port: number }): Promise<Here> {
  plan();
  const server = createServer((request, response) => {
    const misnamed = otherName(server, request);
    let answer: Answer;
    if (misnamed !== undefined) answer = { status: 421, type: 'text/plain', body: misnamed };
    else
      try {
        answer = answerTo(plan(), new URL(request.url ?? '/', 'http://127.0.0.1'));
      } catch (error) {
        answer = { status: 500, type: 'text/plain', body: `${(error as Error).message}\n` };
      }
    const { status = 200, type = 'text/html', body } = answer;
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    response.end(body);
  });
  return listenHere(server, port);
}

function answerTo(plan: Plan, { pathname, searchParams }: URL): Answer {
  const spoken = languagesOf(plan);
  const languageOf = (text: string | null | undefined): Language | undefined => spoken.find((each) => each === text);
  if (pathname === '/style.css') return { type: 'text/css', body: STYLE };
  if (pathname === '/') {
    const notice = stagesOf(plan).find((stage) => stage === searchParams.get('notice'));
    const language = languageOf(searchParams.get('language')) ?? 'en';
    return { body: gallery(plan, { notice, language }).markup };
  }
  const theme = THEMES.find((each) => each === searchParams.get('theme'));
  const themed = (html: string) => ({ body: theme === undefined ? html : inTheme(html, theme) });
  const [, kind, what, tag, form] = /^\/(letter|page)\/([\w-]+)\/([\w-]+)\.(html|txt)$/.exec(pathname) ?? [];
  const language = languageOf(tag);
  const stage = stagesOf(plan).find((each) => each === what);
  const state = PAGE_STATES.find((each) => each === what);
  if (kind === 'letter' && stage !== undefined && language !== undefined) {
    const { html, text } = sampleLetter(plan, stage, language);
    return form === 'txt' ? { type: 'text/plain', body: text } : themed(html);
  }
  if (kind === 'page' && state !== undefined && language !== undefined && form === 'html')
    return themed(samplePage(plan, state, language));
  return { status: 404, body: notFound(pathname).markup };
}
