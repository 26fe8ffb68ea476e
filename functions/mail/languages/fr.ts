/** French; people are addressed as vous. */
export const fr = {
  'label.ends': 'Ce qui prend fin',
  'label.ended': 'Ce qui a pris fin',
  'label.lastDay': 'Dernier jour pour vous',
  'label.newLastDay': 'Nouveau dernier jour pour vous',
  'label.wasLastDay': 'Le dernier jour pour vous était',
  day: '{endDate}, jusqu’à minuit dans votre fuseau horaire ({zone})',
  'day.tomorrow': 'Demain, {endDate}, jusqu’à minuit dans votre fuseau horaire ({zone})',

  'heading.means': 'Ce que cela signifie',
  'heading.unsaved': 'Les discussions que vous n’avez pas enregistrées',
  'heading.count': 'Combien de vos discussions sont concernées',
  'heading.todo': 'Ce que vous pouvez faire',
  'heading.instead': 'Où trouver désormais des discussions chiffrées',
  'heading.why': 'Pourquoi',
  'heading.genuine': 'Comment vérifier que ce message est authentique',
  'heading.done': 'Ce qui a été fait dans vos discussions',

  'count.one': '{chats} de vos discussions est concernée.',
  'count.many': '{chats} de vos discussions sont concernées.',
  'count.other': '{chats} de vos discussions sont concernées.',
  never:
    'Nous ne vous demandons jamais votre mot de passe ni une clé. Ce message ne contient ni pièce jointe ni lien de connexion.',
  genuine:
    'Ce message a été envoyé depuis {senderAddress}, et la page d’aide {supportUrl} dit la même chose. En cas de doute, ne suivez aucun lien et saisissez vous-même l’adresse de la page d’aide.',
  choices:
    'Avez-vous enregistré vos discussions ? Souhaitez-vous ne plus recevoir de rappels ou avez-vous besoin de plus de temps ? Dites-le-nous sur une page qui ne demande aucun mot de passe. Vous y verrez ce que vous pouvez encore choisir ; le simple fait de l’ouvrir ne change rien.',
  'choices.link': 'Dites-nous ce que vous avez décidé',
  'footer.why':
    'Vous recevez cet avis de service parce qu’il concerne certaines de vos discussions. Vous pouvez arrêter les rappels ; le premier avis, le dernier avant la fin et tout changement de date sont envoyés à toutes les personnes concernées.',
  'footer.help': 'Des questions ? Écrivez à {supportEmail} ou consultez {supportUrl}.',

  'first.subject': '{feature} : dernier jour le {endDay}',
  'first.preheader': 'Ce qui change, ce que deviennent les discussions non enregistrées et ce que vous pouvez faire.',
  'first.lead':
    'Nous mettons fin à une fonctionnalité que vous utilisez. Rien ne presse : ce message vous indique ce qui prend fin et quand, ce que cela signifie pour vos discussions et comment garder ce qui compte pour vous.',
  'reminder.subject': 'Rappel : {feature}, dernier jour le {endDay}',
  'reminder.preheader': 'Si vous avez enregistré ce que vous voulez garder, vous n’avez plus rien à faire.',
  'reminder.lead':
    'Pour rappel, nous mettons fin à une fonctionnalité que vous utilisez. Si vous avez enregistré ce que vous voulez garder, vous n’avez plus rien à faire.',
  'soon.subject': '{feature} : à enregistrer d’ici au {endDay}',
  'soon.preheader': 'Comment garder des messages de ces discussions et ce que deviennent les autres.',
  'soon.lead':
    'Le dernier jour approche. S’il y a dans ces discussions des messages que vous voulez garder, merci de les enregistrer maintenant : cela peut prendre un peu de temps.',
  'tomorrow.subject': '{feature} : dernier jour demain, {endDay}',
  'tomorrow.preheader': 'Cet avis est le dernier avant ce jour.',
  'tomorrow.lead':
    'Demain est le dernier jour, et cet avis est le dernier d’ici là. Enregistrez avant la fin de cette journée ce que vous voulez garder de ces discussions.',
  'moved.subject': '{feature} : dernier jour reporté au {endDay}',
  'moved.preheader': 'La date que nous vous avions indiquée a changé. Vous avez plus de temps.',
  'moved.lead':
    'La date que nous vous avions indiquée a changé. La nouvelle date est plus tardive : vous avez plus de temps. Tout le reste est inchangé.',
  'done.subject': '{feature} : ce qui a été fait',
  'done.preheader': 'Le dernier jour est passé. Vous n’avez rien à faire.',
  'done.lead':
    'Le dernier jour est passé. Ce message vous indique ce qui a été fait dans vos discussions. C’est le dernier à ce sujet.',
  'done.disabled.one':
    'Le chiffrement a été désactivé dans {disabled} de vos discussions. Les nouveaux messages y sont désormais des messages ordinaires : {senderName} peut les lire.',
  'done.disabled.many':
    'Le chiffrement a été désactivé dans {disabled} de vos discussions. Les nouveaux messages y sont désormais des messages ordinaires : {senderName} peut les lire.',
  'done.disabled.other':
    'Le chiffrement a été désactivé dans {disabled} de vos discussions. Les nouveaux messages y sont désormais des messages ordinaires : {senderName} peut les lire.',
  'done.kept.one': '{kept} de vos discussions reste inchangée.',
  'done.kept.many': '{kept} de vos discussions restent inchangées.',
  'done.kept.other': '{kept} de vos discussions restent inchangées.',
  'done.todo': 'Vous n’avez rien à faire. Si quelque chose vous paraît anormal, écrivez à {supportEmail}.',

  'page.title': 'Vos choix',
  'page.intro': 'Rien ne change tant que vous n’appuyez pas sur un bouton. Nous ne demandons aucun mot de passe ici.',
  'page.saved.text':
    'Vous ne recevrez alors plus de rappels. Le dernier avis avant la fin vous parviendra quand même, et nous vous préviendrons si la date change.',
  'page.saved.button': 'J’ai enregistré mes discussions',
  'page.saved.done': 'Vous nous avez dit que vous aviez enregistré vos discussions.',
  'page.stopped.text':
    'Vous ne recevrez alors que ce que tout le monde reçoit : le premier avis, le dernier avant la fin et un message si la date change.',
  'page.stopped.button': 'Arrêter les rappels',
  'page.stopped.done': 'Vous avez arrêté les rappels.',
  'page.moreTime.text': 'Pour vous, le dernier jour sera alors le {newDate}. Vous pouvez le demander une seule fois.',
  'page.moreTime.button': 'J’ai besoin de plus de temps',
  'page.moreTime.done': 'Vous avez demandé plus de temps. La nouvelle date vous est envoyée par e-mail.',
  'page.late': 'Ce choix n’est plus possible. Rien n’a été modifié.',
  'page.over': 'Pour vous, le dernier jour est passé. Aucun choix n’est plus possible ici.',
  'page.invalid.title': 'Ce lien ne fonctionne pas',
  'page.invalid.text':
    'Il est peut-être incomplet ou trop ancien. Rien n’a été modifié. Veuillez utiliser le lien du message le plus récent que vous avez reçu de nous. Vous trouverez de l’aide sur {supportUrl}.',
  'page.failed.title': 'Cela n’a pas fonctionné',
  'page.failed.text': 'Rien n’a été modifié. Veuillez réessayer dans quelques minutes.',
};
