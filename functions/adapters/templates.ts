/** The messages' templates in SES. A template's name carries the hash of its content: one that is there is the same. */
import { AlreadyExistsException, CreateTemplateCommand, type SESClient } from '@aws-sdk/client-ses';

import type { TemplateOffice } from '../ports.ts';

export function createTemplates(client: SESClient): TemplateOffice {
  return {
    async create({ name, subject, html, text }) {
      try {
        await client.send(
          new CreateTemplateCommand({
            Template: { TemplateName: name, SubjectPart: subject, HtmlPart: html, TextPart: text },
          }),
        );
      } catch (error) {
        if (!(error instanceof AlreadyExistsException)) throw error;
      }
    },
  };
}
