/** Turkish; people are addressed as siz. */
export const tr = {
  'label.ends': 'Sona erecek özellik',
  'label.ended': 'Sona eren özellik',
  'label.lastDay': 'Sizin için son gün',
  'label.newLastDay': 'Sizin için yeni son gün',
  'label.wasLastDay': 'Sizin için son gün şu tarihti',
  day: '{endDate}, saat diliminize göre gece yarısına kadar ({zone})',
  'day.tomorrow': 'Yarın, {endDate}, saat diliminize göre gece yarısına kadar ({zone})',

  'heading.means': 'Bu ne anlama geliyor?',
  'heading.unsaved': 'Kaydetmediğiniz sohbetler',
  'heading.count': 'Etkilenen sohbetlerinizin sayısı',
  'heading.todo': 'Neler yapabilirsiniz?',
  'heading.instead': 'Şifreli sohbet için diğer seçenekler',
  'heading.why': 'Neden?',
  'heading.genuine': 'Bu e-postanın gerçek olduğunu nasıl anlarsınız?',
  'heading.done': 'Sohbetlerinizle ilgili neler yapıldı?',

  'count.one': 'Sohbetlerinizden biri etkileniyor.',
  'count.other': 'Sohbetlerinizden {chats} tanesi etkileniyor.',
  never:
    'Sizden hiçbir zaman parolanızı ya da bir anahtar istemeyiz. Bu e-postada ne ek ne de oturum açma bağlantısı vardır.',
  genuine:
    'Bu e-posta {senderAddress} adresinden gönderildi; aynı bilgi {supportUrl} yardım sayfasında da yer alıyor. Emin değilseniz hiçbir bağlantıyı açmayın, yardım sayfasının adresini kendiniz yazın.',
  choices:
    'Sohbetlerinizi kaydettiniz mi? Artık hatırlatma almak istemiyor musunuz ya da daha fazla zamana mı ihtiyacınız var? Bunu parola istemeyen bir sayfada bize bildirebilirsiniz. Orada hâlâ neleri seçebileceğinizi görürsünüz; sayfayı açmanız hiçbir şeyi değiştirmez.',
  'choices.link': 'Kararınızı bize bildirin',
  'footer.why':
    'Bu hizmet bilgilendirmesini sohbetlerinizle ilgili olduğu için alıyorsunuz. Hatırlatmaları durdurabilirsiniz; ilk bilgilendirmeyi, son günden önceki son bilgilendirmeyi ve tarih değişikliklerini ise ilgili herkese göndeririz.',
  'footer.help': 'Sorularınız mı var? {supportEmail} adresine yazın veya {supportUrl} sayfasına bakın.',

  'first.subject': '{feature}: son gün {endDay}',
  'first.preheader': 'Nelerin değiştiği, kaydetmediğiniz sohbetlere ne olacağı ve neler yapabileceğiniz.',
  'first.lead':
    'Kullandığınız bir özelliğe son veriyoruz. Acele etmenize gerek yok: Bu e-postada neyin ne zaman sona erdiğini, bunun sohbetleriniz için ne anlama geldiğini ve sizin için önemli olanları nasıl saklayabileceğinizi anlatıyoruz.',
  'reminder.subject': 'Hatırlatma: {feature}, son gün {endDay}',
  'reminder.preheader': 'Saklamak istediklerinizi kaydettiyseniz yapmanız gereken başka bir şey yok.',
  'reminder.lead':
    'Kullandığınız bir özelliğin sona ereceğini hatırlatmak isteriz. Saklamak istediklerinizi kaydettiyseniz yapmanız gereken başka bir şey yok.',
  'soon.subject': '{feature}: kaydetmek için son gün {endDay}',
  'soon.preheader': 'Bu sohbetlerdeki mesajları nasıl saklayabileceğiniz ve diğerlerine ne olacağı.',
  'soon.lead':
    'Son gün yaklaşıyor. Bu sohbetlerde saklamak istediğiniz mesajlar varsa lütfen şimdi kaydedin; bu biraz zaman alabilir.',
  'tomorrow.subject': '{feature}: son gün yarın, {endDay}',
  'tomorrow.preheader': 'Bu, son günden önceki son bilgilendirmedir.',
  'tomorrow.lead':
    'Yarın son gün ve bu, ondan önceki son bilgilendirme. Bu sohbetlerden saklamak istediklerinizi o gün bitmeden kaydedin.',
  'moved.subject': '{feature}: yeni son gün {endDay}',
  'moved.preheader': 'Size daha önce bildirdiğimiz tarih değişti. Daha fazla zamanınız var.',
  'moved.lead':
    'Size daha önce bildirdiğimiz tarih değişti. Yeni tarih öncekinden daha geç, yani daha fazla zamanınız var. Bunun dışında her şey aynı.',
  'done.subject': '{feature}: neler yapıldı',
  'done.preheader': 'Son gün geçti. Yapmanız gereken bir şey yok.',
  'done.lead':
    'Son gün geçti. Bu e-postada sohbetlerinizle ilgili neler yapıldığını bildiriyoruz. Bu, konuyla ilgili son e-postamız.',
  'done.disabled.one':
    'Sohbetlerinizden birinde şifreleme kapatıldı. Bu sohbetteki yeni mesajlar artık normal mesajlardır: {senderName} bunları okuyabilir.',
  'done.disabled.other':
    'Sohbetlerinizden {disabled} tanesinde şifreleme kapatıldı. Bu sohbetlerdeki yeni mesajlar artık normal mesajlardır: {senderName} bunları okuyabilir.',
  'done.kept.one': 'Sohbetlerinizden biri değiştirilmedi.',
  'done.kept.other': 'Sohbetlerinizden {kept} tanesi değiştirilmedi.',
  'done.todo': 'Yapmanız gereken bir şey yok. Yanlış görünen bir şey varsa {supportEmail} adresine yazın.',

  'page.title': 'Seçenekleriniz',
  'page.intro': 'Bir düğmeye basmadığınız sürece hiçbir şey değişmez. Burada parola istemiyoruz.',
  'page.saved.text':
    'Bunu seçerseniz artık hatırlatma almazsınız. Son günden önceki son bilgilendirme yine gelir; tarih değişirse bunu da bildiririz.',
  'page.saved.button': 'Sohbetlerimi kaydettim',
  'page.saved.done': 'Sohbetlerinizi kaydettiğinizi bize bildirdiniz.',
  'page.stopped.text':
    'Bunu seçerseniz yalnızca herkese gönderilenleri alırsınız: ilk bilgilendirme, son günden önceki son bilgilendirme ve varsa tarih değişikliği.',
  'page.stopped.button': 'Hatırlatmaları durdur',
  'page.stopped.done': 'Hatırlatmaları durdurdunuz.',
  'page.moreTime.text':
    'Bunu seçerseniz sizin için yeni son gün {newDate} olur. Bunu yalnızca bir kez isteyebilirsiniz.',
  'page.moreTime.button': 'Daha fazla zamana ihtiyacım var',
  'page.moreTime.done': 'Daha fazla zaman istediniz. Yeni tarih size e-postayla bildirilir.',
  'page.late': 'Bu seçenek artık kullanılamıyor. Hiçbir şey değiştirilmedi.',
  'page.over': 'Sizin için son gün geçti. Burada artık seçim yapılamaz.',
  'page.invalid.title': 'Bu bağlantı çalışmıyor',
  'page.invalid.text':
    'Eksik veya çok eski olabilir. Hiçbir şey değiştirilmedi. Lütfen bizden aldığınız en yeni e-postadaki bağlantıyı kullanın. Yardım için {supportUrl} sayfasına bakın.',
  'page.failed.title': 'Bu işlem yapılamadı',
  'page.failed.text': 'Hiçbir şey değiştirilmedi. Lütfen birkaç dakika sonra yeniden deneyin.',
};
