import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { renderer } from '../../bin/local/cloud/rendering.ts';
import { LANGUAGES, languagesOf } from '../../functions/domain/language.ts';
import { DONE } from '../../functions/domain/notice-id.ts';
import { renderedLetter } from '../../functions/mail/rendered.ts';
import { stagesOf } from '../../functions/mail/roles.ts';
import { mailTemplates, templateOf } from '../../functions/mail/templates.ts';
import { sharedValues, valuesOf } from '../../functions/mail/values.ts';
import { aPlan, END, PLAN, zones } from '../domain/examples.ts';

const LINK = 'https://notices.example.com/p/token';

describe('a letter that was sent', () => {
  it('is shown as SES made it, whatever stage, language, zone and numbers', () => {
    const letters = fc.record({
      template: fc.constantFrom(...mailTemplates(PLAN)),
      zone: zones,
      locale: fc.option(fc.constantFrom('de-AT', 'en-US', 'ar-EG', 'fa-IR', 'th-TH')),
      one: fc.nat({ max: 200 }),
      other: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(letters, ({ template, zone, locale, one, other }) => {
        const { stage, language } = template;
        const counts = stage === DONE ? { disabled: one, kept: other } : { chats: one };
        const values = {
          ...sharedValues(language, END),
          ...valuesOf(language, { endDate: END, locale, zone, link: LINK, counts }),
        };
        expect(renderedLetter(template, values)).toEqual(renderer(template)(values));
      }),
      { numRuns: 300 },
    );
    expect(LANGUAGES.length).toBe(languagesOf(PLAN).length);
  });

  it('is shown as SES made it where a plan has its own words for a number, over several lines', () => {
    const texts = { en: { 'count.one': 'One chat:\n{chats}.', 'count.other': 'Chats:\n\n{chats}\nin all' } };
    const plan = aPlan({ texts });
    for (const stage of stagesOf(plan))
      for (const chats of [1, 2]) {
        const counts = stage === DONE ? { disabled: chats, kept: 0 } : { chats };
        const values = {
          ...sharedValues('en', END),
          ...valuesOf('en', { endDate: END, locale: null, zone: 'UTC', link: LINK, counts }),
        };
        const template = templateOf(plan, stage, 'en');
        expect(renderedLetter(template, values)).toEqual(renderer(template)(values));
      }
  });

  it('leaves a value as it is, signs of the template language too', () => {
    const template = { subject: '{{a}}', html: '<b>{{a}}</b>{{#if b}}{{a}}{{/if}}', text: '{{#if a}}x{{b}}{{/if}}' };
    const values = { a: '{{b}} $& <i>', b: '' };
    expect(renderedLetter(template, values)).toEqual({
      subject: '{{b}} $& <i>',
      html: '<b>{{b}} $& <i></b>',
      text: 'x',
    });
    expect(renderedLetter(template, values)).toEqual(renderer(template)(values));
  });

  it('cannot be shown where a value is missing, as SES would not have sent it', () => {
    const template = { subject: 'x', html: 'x', text: '{{endDate}}' };
    expect(() => renderedLetter(template, { zone: 'UTC' })).toThrow('the template asks for endDate; recorded: zone');
    expect(() => renderer(template)({ zone: 'UTC' })).toThrow();
  });
});
