/** Made by `npm run mail` of functions/mail/components. Not to be changed by hand. */
import type { Role } from './roles.ts';
import type { Piece } from './slots.ts';

export const COMPILED: Readonly<Record<Role, { readonly html: readonly Piece[]; readonly text: readonly Piece[] }>> =
  {
  "first": {
    "html": [
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\"><html dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\"><head><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta content=\"text/html; charset=UTF-8\" http-equiv=\"Content-Type\"/><meta name=\"x-apple-disable-message-reformatting\"/><title>",
      {
        "slot": "first.subject"
      },
      "</title><meta name=\"color-scheme\" content=\"light dark\"/><meta name=\"supported-color-schemes\" content=\"light dark\"/><meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\"/><style>\n:root { color-scheme: light dark; supported-color-schemes: light dark; }\n@media (prefers-color-scheme: dark) {\n  .ground, .ground > table > tbody > tr > td { background-color: #121214 !important; }\n  .paper { background-color: #1c1c1e !important; }\n  .box { background-color: #26262a !important; }\n  .ink { color: #ececec !important; }\n  .quiet { color: #b4b4b4 !important; }\n  .link { color: #8ab4f8 !important; }\n  .line { border-color: #48484c !important; }\n}</style></head><body class=\"ground\" lang=\"",
      {
        "slot": "language"
      },
      "\" dir=\"",
      {
        "slot": "direction"
      },
      "\" style=\"background-color:#f4f4f2;margin:0\"><!--$--><!--html--><!--head--><!--body--><table border=\"0\" width=\"100%\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" align=\"center\"><tbody><tr><td dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\" style=\"margin:0;background-color:#f4f4f2;font-family:-apple-system, BlinkMacSystemFont, &quot;Segoe UI&quot;, Roboto, &quot;Noto Sans&quot;, Helvetica, Arial, sans-serif\"><div data-skip-in-text=\"true\" style=\"display:none;max-height:0;overflow:hidden\">",
      {
        "slot": "first.preheader"
      },
      "</div><table align=\"center\" width=\"100%\" class=\"paper\" role=\"presentation\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" style=\"max-width:600px;width:100%;margin:0 auto;background-color:#ffffff\"><tbody><tr style=\"width:100%\"><td style=\"padding:24px 20px\"><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 16px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:16px;margin-left:0\">",
      {
        "slot": "senderName"
      },
      "</p><h1 class=\"ink\" style=\"margin:0 0 12px;font-size:24px;line-height:1.25;color:#1a1a1a;overflow-wrap:anywhere;font-weight:700\">",
      {
        "slot": "first.subject"
      },
      "</h1><table align=\"center\" width=\"100%\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" class=\"box\" style=\"background-color:#f4f4f2;margin:0 0 16px\"><tbody><tr><td style=\"padding:14px 16px 2px\"><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.ends"
      },
      "</span><br/><strong>",
      {
        "slot": "feature"
      },
      "</strong></p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.lastDay"
      },
      "</span><br/><strong>",
      {
        "slot": "day"
      },
      "</strong></p></td></tr></tbody></table><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "first.lead"
      },
      "</p><h2 class=\"ink\" style=\"margin:24px 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.means"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "whatChanges"
      },
      "</p><h2 class=\"ink\" style=\"margin:24px 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.unsaved"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "dataFate"
      },
      "</p><h2 class=\"ink\" style=\"margin:24px 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.count"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "count"
      },
      "</p><h2 class=\"ink\" style=\"margin:24px 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.todo"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "exportInstructions"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "never"
      },
      "</p>",
      {
        "each": "hasAlternatives",
        "of": [
          "<h2 class=\"ink\" style=\"margin:24px 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
          {
            "slot": "heading.instead"
          },
          "</h2>",
          {
            "each": "alternatives",
            "of": [
              "<p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><strong>",
              {
                "slot": "alternative.name"
              },
              "</strong>: <!-- -->",
              {
                "slot": "alternative.description"
              },
              "</p>"
            ]
          },
          "<!-- -->"
        ]
      },
      "<h2 class=\"ink\" style=\"margin:24px 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.why"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "reason"
      },
      "</p><h2 class=\"ink\" style=\"margin:24px 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.genuine"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "authenticity"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "genuine"
      },
      "</p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "choices"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><a class=\"link\" href=\"",
      {
        "slot": "link"
      },
      "\" style=\"color:#0a50b8;text-decoration-line:none;text-decoration:underline\" target=\"_blank\">",
      {
        "slot": "choices.link"
      },
      "</a></p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.why"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.help"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-bottom:0;margin-left:0;margin-right:0\">",
      {
        "slot": "senderName"
      },
      "<!-- -->, <!-- -->",
      {
        "slot": "postalAddress"
      },
      "</p></td></tr></tbody></table></td></tr></tbody></table><!--/$--></body></html>"
    ],
    "text": [
      {
        "slot": "senderName"
      },
      "\n\n",
      {
        "slot": "first.subject"
      },
      "\n\n",
      {
        "slot": "label.ends"
      },
      "\n",
      {
        "slot": "feature"
      },
      "\n",
      {
        "slot": "label.lastDay"
      },
      "\n",
      {
        "slot": "day"
      },
      "\n\n",
      {
        "slot": "first.lead"
      },
      "\n\n",
      {
        "slot": "heading.means"
      },
      "\n",
      {
        "slot": "whatChanges"
      },
      "\n\n",
      {
        "slot": "heading.unsaved"
      },
      "\n",
      {
        "slot": "dataFate"
      },
      "\n\n",
      {
        "slot": "heading.count"
      },
      "\n",
      {
        "slot": "count"
      },
      "\n\n",
      {
        "slot": "heading.todo"
      },
      "\n",
      {
        "slot": "exportInstructions"
      },
      "\n",
      {
        "slot": "never"
      },
      "\n",
      {
        "each": "hasAlternatives",
        "of": [
          "\n\n",
          {
            "slot": "heading.instead"
          },
          "\n",
          {
            "each": "alternatives",
            "of": [
              "\n",
              {
                "slot": "alternative.name"
              },
              ": ",
              {
                "slot": "alternative.description"
              },
              "\n"
            ]
          }
        ]
      },
      "\n\n",
      {
        "slot": "heading.why"
      },
      "\n",
      {
        "slot": "reason"
      },
      "\n\n",
      {
        "slot": "heading.genuine"
      },
      "\n",
      {
        "slot": "authenticity"
      },
      "\n",
      {
        "slot": "genuine"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "choices"
      },
      "\n",
      {
        "slot": "choices.link"
      },
      " ",
      {
        "slot": "link"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "footer.why"
      },
      "\n",
      {
        "slot": "footer.help"
      },
      "\n",
      {
        "slot": "senderName"
      },
      ", ",
      {
        "slot": "postalAddress"
      },
      "\n"
    ]
  },
  "reminder": {
    "html": [
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\"><html dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\"><head><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta content=\"text/html; charset=UTF-8\" http-equiv=\"Content-Type\"/><meta name=\"x-apple-disable-message-reformatting\"/><title>",
      {
        "slot": "reminder.subject"
      },
      "</title><meta name=\"color-scheme\" content=\"light dark\"/><meta name=\"supported-color-schemes\" content=\"light dark\"/><meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\"/><style>\n:root { color-scheme: light dark; supported-color-schemes: light dark; }\n@media (prefers-color-scheme: dark) {\n  .ground, .ground > table > tbody > tr > td { background-color: #121214 !important; }\n  .paper { background-color: #1c1c1e !important; }\n  .box { background-color: #26262a !important; }\n  .ink { color: #ececec !important; }\n  .quiet { color: #b4b4b4 !important; }\n  .link { color: #8ab4f8 !important; }\n  .line { border-color: #48484c !important; }\n}</style></head><body class=\"ground\" lang=\"",
      {
        "slot": "language"
      },
      "\" dir=\"",
      {
        "slot": "direction"
      },
      "\" style=\"background-color:#f4f4f2;margin:0\"><!--$--><!--html--><!--head--><!--body--><table border=\"0\" width=\"100%\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" align=\"center\"><tbody><tr><td dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\" style=\"margin:0;background-color:#f4f4f2;font-family:-apple-system, BlinkMacSystemFont, &quot;Segoe UI&quot;, Roboto, &quot;Noto Sans&quot;, Helvetica, Arial, sans-serif\"><div data-skip-in-text=\"true\" style=\"display:none;max-height:0;overflow:hidden\">",
      {
        "slot": "reminder.preheader"
      },
      "</div><table align=\"center\" width=\"100%\" class=\"paper\" role=\"presentation\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" style=\"max-width:600px;width:100%;margin:0 auto;background-color:#ffffff\"><tbody><tr style=\"width:100%\"><td style=\"padding:24px 20px\"><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 16px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:16px;margin-left:0\">",
      {
        "slot": "senderName"
      },
      "</p><h1 class=\"ink\" style=\"margin:0 0 12px;font-size:24px;line-height:1.25;color:#1a1a1a;overflow-wrap:anywhere;font-weight:700\">",
      {
        "slot": "reminder.subject"
      },
      "</h1><table align=\"center\" width=\"100%\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" class=\"box\" style=\"background-color:#f4f4f2;margin:0 0 16px\"><tbody><tr><td style=\"padding:14px 16px 2px\"><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.ends"
      },
      "</span><br/><strong>",
      {
        "slot": "feature"
      },
      "</strong></p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.lastDay"
      },
      "</span><br/><strong>",
      {
        "slot": "day"
      },
      "</strong></p></td></tr></tbody></table><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "reminder.lead"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.means"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "whatChanges"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.unsaved"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "dataFate"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.count"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "count"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.todo"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "exportInstructions"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "never"
      },
      "</p>",
      {
        "each": "hasAlternatives",
        "of": [
          "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
          {
            "slot": "heading.instead"
          },
          "</h2>",
          {
            "each": "alternatives",
            "of": [
              "<p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><strong>",
              {
                "slot": "alternative.name"
              },
              "</strong>: <!-- -->",
              {
                "slot": "alternative.description"
              },
              "</p>"
            ]
          },
          "<!-- -->"
        ]
      },
      "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.why"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "reason"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.genuine"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "authenticity"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "genuine"
      },
      "</p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "choices"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><a class=\"link\" href=\"",
      {
        "slot": "link"
      },
      "\" style=\"color:#0a50b8;text-decoration-line:none;text-decoration:underline\" target=\"_blank\">",
      {
        "slot": "choices.link"
      },
      "</a></p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.why"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.help"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-bottom:0;margin-left:0;margin-right:0\">",
      {
        "slot": "senderName"
      },
      "<!-- -->, <!-- -->",
      {
        "slot": "postalAddress"
      },
      "</p></td></tr></tbody></table></td></tr></tbody></table><!--/$--></body></html>"
    ],
    "text": [
      {
        "slot": "senderName"
      },
      "\n\n",
      {
        "slot": "reminder.subject"
      },
      "\n\n",
      {
        "slot": "label.ends"
      },
      "\n",
      {
        "slot": "feature"
      },
      "\n",
      {
        "slot": "label.lastDay"
      },
      "\n",
      {
        "slot": "day"
      },
      "\n\n",
      {
        "slot": "reminder.lead"
      },
      "\n\n",
      {
        "slot": "heading.means"
      },
      "\n",
      {
        "slot": "whatChanges"
      },
      "\n\n",
      {
        "slot": "heading.unsaved"
      },
      "\n",
      {
        "slot": "dataFate"
      },
      "\n\n",
      {
        "slot": "heading.count"
      },
      "\n",
      {
        "slot": "count"
      },
      "\n\n",
      {
        "slot": "heading.todo"
      },
      "\n",
      {
        "slot": "exportInstructions"
      },
      "\n",
      {
        "slot": "never"
      },
      "\n",
      {
        "each": "hasAlternatives",
        "of": [
          "\n\n",
          {
            "slot": "heading.instead"
          },
          "\n",
          {
            "each": "alternatives",
            "of": [
              "\n",
              {
                "slot": "alternative.name"
              },
              ": ",
              {
                "slot": "alternative.description"
              },
              "\n"
            ]
          }
        ]
      },
      "\n\n",
      {
        "slot": "heading.why"
      },
      "\n",
      {
        "slot": "reason"
      },
      "\n\n",
      {
        "slot": "heading.genuine"
      },
      "\n",
      {
        "slot": "authenticity"
      },
      "\n",
      {
        "slot": "genuine"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "choices"
      },
      "\n",
      {
        "slot": "choices.link"
      },
      " ",
      {
        "slot": "link"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "footer.why"
      },
      "\n",
      {
        "slot": "footer.help"
      },
      "\n",
      {
        "slot": "senderName"
      },
      ", ",
      {
        "slot": "postalAddress"
      },
      "\n"
    ]
  },
  "soon": {
    "html": [
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\"><html dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\"><head><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta content=\"text/html; charset=UTF-8\" http-equiv=\"Content-Type\"/><meta name=\"x-apple-disable-message-reformatting\"/><title>",
      {
        "slot": "soon.subject"
      },
      "</title><meta name=\"color-scheme\" content=\"light dark\"/><meta name=\"supported-color-schemes\" content=\"light dark\"/><meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\"/><style>\n:root { color-scheme: light dark; supported-color-schemes: light dark; }\n@media (prefers-color-scheme: dark) {\n  .ground, .ground > table > tbody > tr > td { background-color: #121214 !important; }\n  .paper { background-color: #1c1c1e !important; }\n  .box { background-color: #26262a !important; }\n  .ink { color: #ececec !important; }\n  .quiet { color: #b4b4b4 !important; }\n  .link { color: #8ab4f8 !important; }\n  .line { border-color: #48484c !important; }\n}</style></head><body class=\"ground\" lang=\"",
      {
        "slot": "language"
      },
      "\" dir=\"",
      {
        "slot": "direction"
      },
      "\" style=\"background-color:#f4f4f2;margin:0\"><!--$--><!--html--><!--head--><!--body--><table border=\"0\" width=\"100%\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" align=\"center\"><tbody><tr><td dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\" style=\"margin:0;background-color:#f4f4f2;font-family:-apple-system, BlinkMacSystemFont, &quot;Segoe UI&quot;, Roboto, &quot;Noto Sans&quot;, Helvetica, Arial, sans-serif\"><div data-skip-in-text=\"true\" style=\"display:none;max-height:0;overflow:hidden\">",
      {
        "slot": "soon.preheader"
      },
      "</div><table align=\"center\" width=\"100%\" class=\"paper\" role=\"presentation\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" style=\"max-width:600px;width:100%;margin:0 auto;background-color:#ffffff\"><tbody><tr style=\"width:100%\"><td style=\"padding:24px 20px\"><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 16px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:16px;margin-left:0\">",
      {
        "slot": "senderName"
      },
      "</p><h1 class=\"ink\" style=\"margin:0 0 12px;font-size:24px;line-height:1.25;color:#1a1a1a;overflow-wrap:anywhere;font-weight:700\">",
      {
        "slot": "soon.subject"
      },
      "</h1><table align=\"center\" width=\"100%\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" class=\"box\" style=\"background-color:#f4f4f2;margin:0 0 16px\"><tbody><tr><td style=\"padding:14px 16px 2px\"><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.ends"
      },
      "</span><br/><strong>",
      {
        "slot": "feature"
      },
      "</strong></p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.lastDay"
      },
      "</span><br/><strong>",
      {
        "slot": "day"
      },
      "</strong></p></td></tr></tbody></table><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "soon.lead"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.means"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "whatChanges"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.unsaved"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "dataFate"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.count"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "count"
      },
      "</p><table align=\"center\" width=\"100%\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" class=\"box\" style=\"background-color:#f4f4f2;margin:20px 0\"><tbody><tr><td style=\"padding:14px 16px 2px\"><h2 class=\"ink\" style=\"margin:0 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.todo"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "exportInstructions"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "never"
      },
      "</p></td></tr></tbody></table>",
      {
        "each": "hasAlternatives",
        "of": [
          "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
          {
            "slot": "heading.instead"
          },
          "</h2>",
          {
            "each": "alternatives",
            "of": [
              "<p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><strong>",
              {
                "slot": "alternative.name"
              },
              "</strong>: <!-- -->",
              {
                "slot": "alternative.description"
              },
              "</p>"
            ]
          },
          "<!-- -->"
        ]
      },
      "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.why"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "reason"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.genuine"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "authenticity"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "genuine"
      },
      "</p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "choices"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><a class=\"link\" href=\"",
      {
        "slot": "link"
      },
      "\" style=\"color:#0a50b8;text-decoration-line:none;text-decoration:underline\" target=\"_blank\">",
      {
        "slot": "choices.link"
      },
      "</a></p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.why"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.help"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-bottom:0;margin-left:0;margin-right:0\">",
      {
        "slot": "senderName"
      },
      "<!-- -->, <!-- -->",
      {
        "slot": "postalAddress"
      },
      "</p></td></tr></tbody></table></td></tr></tbody></table><!--/$--></body></html>"
    ],
    "text": [
      {
        "slot": "senderName"
      },
      "\n\n",
      {
        "slot": "soon.subject"
      },
      "\n\n",
      {
        "slot": "label.ends"
      },
      "\n",
      {
        "slot": "feature"
      },
      "\n",
      {
        "slot": "label.lastDay"
      },
      "\n",
      {
        "slot": "day"
      },
      "\n\n",
      {
        "slot": "soon.lead"
      },
      "\n\n",
      {
        "slot": "heading.means"
      },
      "\n",
      {
        "slot": "whatChanges"
      },
      "\n\n",
      {
        "slot": "heading.unsaved"
      },
      "\n",
      {
        "slot": "dataFate"
      },
      "\n\n",
      {
        "slot": "heading.count"
      },
      "\n",
      {
        "slot": "count"
      },
      "\n\n",
      {
        "slot": "heading.todo"
      },
      "\n",
      {
        "slot": "exportInstructions"
      },
      "\n",
      {
        "slot": "never"
      },
      "\n\n",
      {
        "each": "hasAlternatives",
        "of": [
          "\n\n",
          {
            "slot": "heading.instead"
          },
          "\n",
          {
            "each": "alternatives",
            "of": [
              "\n",
              {
                "slot": "alternative.name"
              },
              ": ",
              {
                "slot": "alternative.description"
              },
              "\n"
            ]
          }
        ]
      },
      "\n\n",
      {
        "slot": "heading.why"
      },
      "\n",
      {
        "slot": "reason"
      },
      "\n\n",
      {
        "slot": "heading.genuine"
      },
      "\n",
      {
        "slot": "authenticity"
      },
      "\n",
      {
        "slot": "genuine"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "choices"
      },
      "\n",
      {
        "slot": "choices.link"
      },
      " ",
      {
        "slot": "link"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "footer.why"
      },
      "\n",
      {
        "slot": "footer.help"
      },
      "\n",
      {
        "slot": "senderName"
      },
      ", ",
      {
        "slot": "postalAddress"
      },
      "\n"
    ]
  },
  "tomorrow": {
    "html": [
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\"><html dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\"><head><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta content=\"text/html; charset=UTF-8\" http-equiv=\"Content-Type\"/><meta name=\"x-apple-disable-message-reformatting\"/><title>",
      {
        "slot": "tomorrow.subject"
      },
      "</title><meta name=\"color-scheme\" content=\"light dark\"/><meta name=\"supported-color-schemes\" content=\"light dark\"/><meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\"/><style>\n:root { color-scheme: light dark; supported-color-schemes: light dark; }\n@media (prefers-color-scheme: dark) {\n  .ground, .ground > table > tbody > tr > td { background-color: #121214 !important; }\n  .paper { background-color: #1c1c1e !important; }\n  .box { background-color: #26262a !important; }\n  .ink { color: #ececec !important; }\n  .quiet { color: #b4b4b4 !important; }\n  .link { color: #8ab4f8 !important; }\n  .line { border-color: #48484c !important; }\n}</style></head><body class=\"ground\" lang=\"",
      {
        "slot": "language"
      },
      "\" dir=\"",
      {
        "slot": "direction"
      },
      "\" style=\"background-color:#f4f4f2;margin:0\"><!--$--><!--html--><!--head--><!--body--><table border=\"0\" width=\"100%\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" align=\"center\"><tbody><tr><td dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\" style=\"margin:0;background-color:#f4f4f2;font-family:-apple-system, BlinkMacSystemFont, &quot;Segoe UI&quot;, Roboto, &quot;Noto Sans&quot;, Helvetica, Arial, sans-serif\"><div data-skip-in-text=\"true\" style=\"display:none;max-height:0;overflow:hidden\">",
      {
        "slot": "tomorrow.preheader"
      },
      "</div><table align=\"center\" width=\"100%\" class=\"paper\" role=\"presentation\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" style=\"max-width:600px;width:100%;margin:0 auto;background-color:#ffffff\"><tbody><tr style=\"width:100%\"><td style=\"padding:24px 20px\"><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 16px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:16px;margin-left:0\">",
      {
        "slot": "senderName"
      },
      "</p><h1 class=\"ink\" style=\"margin:0 0 12px;font-size:24px;line-height:1.25;color:#1a1a1a;overflow-wrap:anywhere;font-weight:700\">",
      {
        "slot": "tomorrow.subject"
      },
      "</h1><table align=\"center\" width=\"100%\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" class=\"box\" style=\"background-color:#f4f4f2;margin:0 0 16px\"><tbody><tr><td style=\"padding:14px 16px 2px\"><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.ends"
      },
      "</span><br/><strong>",
      {
        "slot": "feature"
      },
      "</strong></p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.lastDay"
      },
      "</span><br/><strong>",
      {
        "slot": "day.tomorrow"
      },
      "</strong></p></td></tr></tbody></table><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "tomorrow.lead"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.means"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "whatChanges"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.unsaved"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "dataFate"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.count"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "count"
      },
      "</p><table align=\"center\" width=\"100%\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" class=\"box\" style=\"background-color:#f4f4f2;margin:20px 0\"><tbody><tr><td style=\"padding:14px 16px 2px\"><h2 class=\"ink\" style=\"margin:0 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.todo"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "exportInstructions"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "never"
      },
      "</p></td></tr></tbody></table>",
      {
        "each": "hasAlternatives",
        "of": [
          "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
          {
            "slot": "heading.instead"
          },
          "</h2>",
          {
            "each": "alternatives",
            "of": [
              "<p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><strong>",
              {
                "slot": "alternative.name"
              },
              "</strong>: <!-- -->",
              {
                "slot": "alternative.description"
              },
              "</p>"
            ]
          },
          "<!-- -->"
        ]
      },
      "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.why"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "reason"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.genuine"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "authenticity"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "genuine"
      },
      "</p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "choices"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><a class=\"link\" href=\"",
      {
        "slot": "link"
      },
      "\" style=\"color:#0a50b8;text-decoration-line:none;text-decoration:underline\" target=\"_blank\">",
      {
        "slot": "choices.link"
      },
      "</a></p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.why"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.help"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-bottom:0;margin-left:0;margin-right:0\">",
      {
        "slot": "senderName"
      },
      "<!-- -->, <!-- -->",
      {
        "slot": "postalAddress"
      },
      "</p></td></tr></tbody></table></td></tr></tbody></table><!--/$--></body></html>"
    ],
    "text": [
      {
        "slot": "senderName"
      },
      "\n\n",
      {
        "slot": "tomorrow.subject"
      },
      "\n\n",
      {
        "slot": "label.ends"
      },
      "\n",
      {
        "slot": "feature"
      },
      "\n",
      {
        "slot": "label.lastDay"
      },
      "\n",
      {
        "slot": "day.tomorrow"
      },
      "\n\n",
      {
        "slot": "tomorrow.lead"
      },
      "\n\n",
      {
        "slot": "heading.means"
      },
      "\n",
      {
        "slot": "whatChanges"
      },
      "\n\n",
      {
        "slot": "heading.unsaved"
      },
      "\n",
      {
        "slot": "dataFate"
      },
      "\n\n",
      {
        "slot": "heading.count"
      },
      "\n",
      {
        "slot": "count"
      },
      "\n\n",
      {
        "slot": "heading.todo"
      },
      "\n",
      {
        "slot": "exportInstructions"
      },
      "\n",
      {
        "slot": "never"
      },
      "\n\n",
      {
        "each": "hasAlternatives",
        "of": [
          "\n\n",
          {
            "slot": "heading.instead"
          },
          "\n",
          {
            "each": "alternatives",
            "of": [
              "\n",
              {
                "slot": "alternative.name"
              },
              ": ",
              {
                "slot": "alternative.description"
              },
              "\n"
            ]
          }
        ]
      },
      "\n\n",
      {
        "slot": "heading.why"
      },
      "\n",
      {
        "slot": "reason"
      },
      "\n\n",
      {
        "slot": "heading.genuine"
      },
      "\n",
      {
        "slot": "authenticity"
      },
      "\n",
      {
        "slot": "genuine"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "choices"
      },
      "\n",
      {
        "slot": "choices.link"
      },
      " ",
      {
        "slot": "link"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "footer.why"
      },
      "\n",
      {
        "slot": "footer.help"
      },
      "\n",
      {
        "slot": "senderName"
      },
      ", ",
      {
        "slot": "postalAddress"
      },
      "\n"
    ]
  },
  "moved": {
    "html": [
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\"><html dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\"><head><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta content=\"text/html; charset=UTF-8\" http-equiv=\"Content-Type\"/><meta name=\"x-apple-disable-message-reformatting\"/><title>",
      {
        "slot": "moved.subject"
      },
      "</title><meta name=\"color-scheme\" content=\"light dark\"/><meta name=\"supported-color-schemes\" content=\"light dark\"/><meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\"/><style>\n:root { color-scheme: light dark; supported-color-schemes: light dark; }\n@media (prefers-color-scheme: dark) {\n  .ground, .ground > table > tbody > tr > td { background-color: #121214 !important; }\n  .paper { background-color: #1c1c1e !important; }\n  .box { background-color: #26262a !important; }\n  .ink { color: #ececec !important; }\n  .quiet { color: #b4b4b4 !important; }\n  .link { color: #8ab4f8 !important; }\n  .line { border-color: #48484c !important; }\n}</style></head><body class=\"ground\" lang=\"",
      {
        "slot": "language"
      },
      "\" dir=\"",
      {
        "slot": "direction"
      },
      "\" style=\"background-color:#f4f4f2;margin:0\"><!--$--><!--html--><!--head--><!--body--><table border=\"0\" width=\"100%\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" align=\"center\"><tbody><tr><td dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\" style=\"margin:0;background-color:#f4f4f2;font-family:-apple-system, BlinkMacSystemFont, &quot;Segoe UI&quot;, Roboto, &quot;Noto Sans&quot;, Helvetica, Arial, sans-serif\"><div data-skip-in-text=\"true\" style=\"display:none;max-height:0;overflow:hidden\">",
      {
        "slot": "moved.preheader"
      },
      "</div><table align=\"center\" width=\"100%\" class=\"paper\" role=\"presentation\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" style=\"max-width:600px;width:100%;margin:0 auto;background-color:#ffffff\"><tbody><tr style=\"width:100%\"><td style=\"padding:24px 20px\"><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 16px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:16px;margin-left:0\">",
      {
        "slot": "senderName"
      },
      "</p><h1 class=\"ink\" style=\"margin:0 0 12px;font-size:24px;line-height:1.25;color:#1a1a1a;overflow-wrap:anywhere;font-weight:700\">",
      {
        "slot": "moved.subject"
      },
      "</h1><table align=\"center\" width=\"100%\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" class=\"box\" style=\"background-color:#f4f4f2;margin:0 0 16px\"><tbody><tr><td style=\"padding:14px 16px 2px\"><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.ends"
      },
      "</span><br/><strong>",
      {
        "slot": "feature"
      },
      "</strong></p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.newLastDay"
      },
      "</span><br/><strong>",
      {
        "slot": "day"
      },
      "</strong></p></td></tr></tbody></table><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "moved.lead"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.means"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "whatChanges"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.unsaved"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "dataFate"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.count"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "count"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.todo"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "exportInstructions"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "never"
      },
      "</p>",
      {
        "each": "hasAlternatives",
        "of": [
          "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
          {
            "slot": "heading.instead"
          },
          "</h2>",
          {
            "each": "alternatives",
            "of": [
              "<p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><strong>",
              {
                "slot": "alternative.name"
              },
              "</strong>: <!-- -->",
              {
                "slot": "alternative.description"
              },
              "</p>"
            ]
          },
          "<!-- -->"
        ]
      },
      "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.why"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "reason"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.genuine"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "authenticity"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "genuine"
      },
      "</p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "choices"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><a class=\"link\" href=\"",
      {
        "slot": "link"
      },
      "\" style=\"color:#0a50b8;text-decoration-line:none;text-decoration:underline\" target=\"_blank\">",
      {
        "slot": "choices.link"
      },
      "</a></p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.why"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.help"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-bottom:0;margin-left:0;margin-right:0\">",
      {
        "slot": "senderName"
      },
      "<!-- -->, <!-- -->",
      {
        "slot": "postalAddress"
      },
      "</p></td></tr></tbody></table></td></tr></tbody></table><!--/$--></body></html>"
    ],
    "text": [
      {
        "slot": "senderName"
      },
      "\n\n",
      {
        "slot": "moved.subject"
      },
      "\n\n",
      {
        "slot": "label.ends"
      },
      "\n",
      {
        "slot": "feature"
      },
      "\n",
      {
        "slot": "label.newLastDay"
      },
      "\n",
      {
        "slot": "day"
      },
      "\n\n",
      {
        "slot": "moved.lead"
      },
      "\n\n",
      {
        "slot": "heading.means"
      },
      "\n",
      {
        "slot": "whatChanges"
      },
      "\n\n",
      {
        "slot": "heading.unsaved"
      },
      "\n",
      {
        "slot": "dataFate"
      },
      "\n\n",
      {
        "slot": "heading.count"
      },
      "\n",
      {
        "slot": "count"
      },
      "\n\n",
      {
        "slot": "heading.todo"
      },
      "\n",
      {
        "slot": "exportInstructions"
      },
      "\n",
      {
        "slot": "never"
      },
      "\n",
      {
        "each": "hasAlternatives",
        "of": [
          "\n\n",
          {
            "slot": "heading.instead"
          },
          "\n",
          {
            "each": "alternatives",
            "of": [
              "\n",
              {
                "slot": "alternative.name"
              },
              ": ",
              {
                "slot": "alternative.description"
              },
              "\n"
            ]
          }
        ]
      },
      "\n\n",
      {
        "slot": "heading.why"
      },
      "\n",
      {
        "slot": "reason"
      },
      "\n\n",
      {
        "slot": "heading.genuine"
      },
      "\n",
      {
        "slot": "authenticity"
      },
      "\n",
      {
        "slot": "genuine"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "choices"
      },
      "\n",
      {
        "slot": "choices.link"
      },
      " ",
      {
        "slot": "link"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "footer.why"
      },
      "\n",
      {
        "slot": "footer.help"
      },
      "\n",
      {
        "slot": "senderName"
      },
      ", ",
      {
        "slot": "postalAddress"
      },
      "\n"
    ]
  },
  "done": {
    "html": [
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\"><html dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\"><head><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta content=\"text/html; charset=UTF-8\" http-equiv=\"Content-Type\"/><meta name=\"x-apple-disable-message-reformatting\"/><title>",
      {
        "slot": "done.subject"
      },
      "</title><meta name=\"color-scheme\" content=\"light dark\"/><meta name=\"supported-color-schemes\" content=\"light dark\"/><meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\"/><style>\n:root { color-scheme: light dark; supported-color-schemes: light dark; }\n@media (prefers-color-scheme: dark) {\n  .ground, .ground > table > tbody > tr > td { background-color: #121214 !important; }\n  .paper { background-color: #1c1c1e !important; }\n  .box { background-color: #26262a !important; }\n  .ink { color: #ececec !important; }\n  .quiet { color: #b4b4b4 !important; }\n  .link { color: #8ab4f8 !important; }\n  .line { border-color: #48484c !important; }\n}</style></head><body class=\"ground\" lang=\"",
      {
        "slot": "language"
      },
      "\" dir=\"",
      {
        "slot": "direction"
      },
      "\" style=\"background-color:#f4f4f2;margin:0\"><!--$--><!--html--><!--head--><!--body--><table border=\"0\" width=\"100%\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" align=\"center\"><tbody><tr><td dir=\"",
      {
        "slot": "direction"
      },
      "\" lang=\"",
      {
        "slot": "language"
      },
      "\" style=\"margin:0;background-color:#f4f4f2;font-family:-apple-system, BlinkMacSystemFont, &quot;Segoe UI&quot;, Roboto, &quot;Noto Sans&quot;, Helvetica, Arial, sans-serif\"><div data-skip-in-text=\"true\" style=\"display:none;max-height:0;overflow:hidden\">",
      {
        "slot": "done.preheader"
      },
      "</div><table align=\"center\" width=\"100%\" class=\"paper\" role=\"presentation\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" style=\"max-width:600px;width:100%;margin:0 auto;background-color:#ffffff\"><tbody><tr style=\"width:100%\"><td style=\"padding:24px 20px\"><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 16px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:16px;margin-left:0\">",
      {
        "slot": "senderName"
      },
      "</p><h1 class=\"ink\" style=\"margin:0 0 12px;font-size:24px;line-height:1.25;color:#1a1a1a;overflow-wrap:anywhere;font-weight:700\">",
      {
        "slot": "done.subject"
      },
      "</h1><table align=\"center\" width=\"100%\" border=\"0\" cellPadding=\"0\" cellSpacing=\"0\" role=\"presentation\" class=\"box\" style=\"background-color:#f4f4f2;margin:0 0 16px\"><tbody><tr><td style=\"padding:14px 16px 2px\"><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.ended"
      },
      "</span><br/><strong>",
      {
        "slot": "feature"
      },
      "</strong></p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><span class=\"quiet\" style=\"color:#545454;font-size:14px\">",
      {
        "slot": "label.wasLastDay"
      },
      "</span><br/><strong>",
      {
        "slot": "endDate"
      },
      "</strong></p></td></tr></tbody></table><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "done.lead"
      },
      "</p><h2 class=\"ink\" style=\"margin:24px 0 6px;font-size:18px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.done"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "done"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.unsaved"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "dataFate"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.todo"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "done.todo"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "never"
      },
      "</p>",
      {
        "each": "hasAlternatives",
        "of": [
          "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
          {
            "slot": "heading.instead"
          },
          "</h2>",
          {
            "each": "alternatives",
            "of": [
              "<p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\"><strong>",
              {
                "slot": "alternative.name"
              },
              "</strong>: <!-- -->",
              {
                "slot": "alternative.description"
              },
              "</p>"
            ]
          },
          "<!-- -->"
        ]
      },
      "<h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.why"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "reason"
      },
      "</p><h2 class=\"ink\" style=\"margin:16px 0 2px;font-size:16px;line-height:1.35;color:#1a1a1a;overflow-wrap:anywhere;font-weight:600\">",
      {
        "slot": "heading.genuine"
      },
      "</h2><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "authenticity"
      },
      "</p><p class=\"ink\" style=\"font-size:16px;line-height:1.5;margin:0 0 12px;color:#1a1a1a;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "genuine"
      },
      "</p><hr class=\"line\" style=\"width:100%;border:none;border-color:#d8d8d4;border-top:1px solid #eaeaea;margin:24px 0 16px\"/><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.why"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0 0 12px;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-right:0;margin-bottom:12px;margin-left:0\">",
      {
        "slot": "footer.help"
      },
      "</p><p class=\"quiet\" style=\"font-size:14px;line-height:1.5;margin:0;color:#545454;overflow-wrap:anywhere;margin-top:0;margin-bottom:0;margin-left:0;margin-right:0\">",
      {
        "slot": "senderName"
      },
      "<!-- -->, <!-- -->",
      {
        "slot": "postalAddress"
      },
      "</p></td></tr></tbody></table></td></tr></tbody></table><!--/$--></body></html>"
    ],
    "text": [
      {
        "slot": "senderName"
      },
      "\n\n",
      {
        "slot": "done.subject"
      },
      "\n\n",
      {
        "slot": "label.ended"
      },
      "\n",
      {
        "slot": "feature"
      },
      "\n",
      {
        "slot": "label.wasLastDay"
      },
      "\n",
      {
        "slot": "endDate"
      },
      "\n\n",
      {
        "slot": "done.lead"
      },
      "\n\n",
      {
        "slot": "heading.done"
      },
      "\n",
      {
        "slot": "done"
      },
      "\n\n",
      {
        "slot": "heading.unsaved"
      },
      "\n",
      {
        "slot": "dataFate"
      },
      "\n\n",
      {
        "slot": "heading.todo"
      },
      "\n",
      {
        "slot": "done.todo"
      },
      "\n",
      {
        "slot": "never"
      },
      "\n",
      {
        "each": "hasAlternatives",
        "of": [
          "\n\n",
          {
            "slot": "heading.instead"
          },
          "\n",
          {
            "each": "alternatives",
            "of": [
              "\n",
              {
                "slot": "alternative.name"
              },
              ": ",
              {
                "slot": "alternative.description"
              },
              "\n"
            ]
          }
        ]
      },
      "\n\n",
      {
        "slot": "heading.why"
      },
      "\n",
      {
        "slot": "reason"
      },
      "\n\n",
      {
        "slot": "heading.genuine"
      },
      "\n",
      {
        "slot": "authenticity"
      },
      "\n",
      {
        "slot": "genuine"
      },
      "\n\n----------------------------------------\n\n",
      {
        "slot": "footer.why"
      },
      "\n",
      {
        "slot": "footer.help"
      },
      "\n",
      {
        "slot": "senderName"
      },
      ", ",
      {
        "slot": "postalAddress"
      },
      "\n"
    ]
  }
};
