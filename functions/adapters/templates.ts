/**
 * The letters' templates in SES. A template's name carries the hash of its content: one that is there is the same. SES
 * takes one a second; the client must not repeat a call by itself (maxAttempts 1), whoever calls knows how long to wait.
 */
import {
  AlreadyExistsException,
  CreateTemplateCommand,
  type SESClient,
  SESServiceException,
} from '@aws-sdk/client-ses';

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
        return 'created';
      } catch (error) {
        if (error instanceof AlreadyExistsException) return 'there';
        if (error instanceof SESServiceException && error.name.startsWith('Throttling')) return 'later';
        throw error;
      }
    },
  };
}
