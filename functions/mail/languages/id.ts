/** Indonesian; people are addressed as Anda. */
export const id = {
  'label.ends': 'Yang berakhir',
  'label.ended': 'Yang telah berakhir',
  'label.lastDay': 'Hari terakhir untuk Anda',
  'label.newLastDay': 'Hari terakhir yang baru untuk Anda',
  'label.wasLastDay': 'Hari terakhir untuk Anda jatuh pada',
  day: '{endDate}, hingga pukul 24.00 di zona waktu Anda ({zone})',
  'day.tomorrow': 'Besok, {endDate}, hingga pukul 24.00 di zona waktu Anda ({zone})',

  'heading.means': 'Apa artinya bagi Anda',
  'heading.unsaved': 'Chat yang belum Anda simpan',
  'heading.count': 'Berapa banyak chat Anda yang terpengaruh',
  'heading.todo': 'Yang dapat Anda lakukan',
  'heading.instead': 'Layanan lain dengan chat terenkripsi',
  'heading.why': 'Alasannya',
  'heading.genuine': 'Cara memastikan email ini asli',
  'heading.done': 'Apa yang telah dilakukan pada chat Anda',

  'count.other': 'Ada {chats} chat Anda yang terpengaruh.',
  never:
    'Kami tidak pernah meminta kata sandi atau kunci enkripsi Anda. Email ini tidak memuat lampiran ataupun tautan untuk login.',
  genuine:
    'Email ini dikirim dari alamat {senderAddress} dan halaman bantuan {supportUrl} memuat keterangan yang sama. Jika ragu, jangan buka tautan apa pun; ketik sendiri alamat halaman bantuan itu.',
  choices:
    'Sudah menyimpan chat Anda? Tidak ingin menerima pengingat lagi, atau perlu waktu lebih lama? Beri tahu kami lewat halaman yang tidak meminta kata sandi. Di sana Anda dapat melihat apa yang masih bisa dipilih; membuka halaman itu tidak mengubah apa pun.',
  'choices.link': 'Beri tahu keputusan Anda',
  'footer.why':
    'Anda menerima pemberitahuan layanan ini karena isinya menyangkut chat milik Anda. Pengingat dapat dihentikan; pemberitahuan pertama, pemberitahuan terakhir sebelum fitur berakhir, dan perubahan tanggal dikirim kepada semua orang yang terkait.',
  'footer.help': 'Ada pertanyaan? Tulis ke {supportEmail} atau buka {supportUrl} untuk bantuan.',

  'first.subject': '{feature}: hari terakhir {endDay}',
  'first.preheader':
    'Apa yang berubah, apa yang terjadi pada chat yang belum disimpan, dan apa yang dapat Anda lakukan.',
  'first.lead':
    'Kami akan mengakhiri sebuah fitur yang Anda gunakan. Tidak perlu terburu-buru: email ini menjelaskan apa yang berakhir dan kapan, apa artinya bagi chat Anda, dan cara menyimpan yang penting bagi Anda.',
  'reminder.subject': 'Pengingat: {feature}, hari terakhir {endDay}',
  'reminder.preheader': 'Jika yang ingin Anda simpan sudah tersimpan, tidak ada lagi yang perlu dilakukan.',
  'reminder.lead':
    'Kami mengingatkan bahwa sebuah fitur yang Anda gunakan akan berakhir. Jika yang ingin Anda simpan sudah tersimpan, tidak ada lagi yang perlu dilakukan.',
  'soon.subject': '{feature}: simpan chat paling lambat {endDay}',
  'soon.preheader': 'Cara menyimpan pesan dari chat ini, dan apa yang terjadi pada pesan lainnya.',
  'soon.lead':
    'Hari terakhir sudah dekat. Jika ada pesan di chat ini yang ingin Anda simpan, silakan simpan sekarang karena prosesnya bisa memerlukan waktu.',
  'tomorrow.subject': '{feature}: hari terakhir besok, {endDay}',
  'tomorrow.preheader': 'Ini pemberitahuan terakhir sebelum hari itu.',
  'tomorrow.lead':
    'Besok adalah hari terakhir, dan ini pemberitahuan terakhir sebelum hari itu. Jika ada isi chat ini yang ingin Anda simpan, simpanlah sebelum hari itu berakhir.',
  'moved.subject': '{feature}: hari terakhir menjadi {endDay}',
  'moved.preheader': 'Tanggal yang kami sampaikan sebelumnya telah berubah. Anda punya waktu lebih lama.',
  'moved.lead':
    'Tanggal yang kami sampaikan sebelumnya telah berubah. Tanggal barunya lebih lambat daripada tanggal itu, jadi Anda punya waktu lebih lama. Hal lainnya tetap sama.',
  'done.subject': '{feature}: apa yang telah dilakukan',
  'done.preheader': 'Hari terakhir telah lewat. Tidak ada yang perlu Anda lakukan.',
  'done.lead':
    'Hari terakhir telah lewat. Email ini menjelaskan apa yang telah dilakukan pada chat Anda. Ini email terakhir mengenai hal ini.',
  'done.disabled.other':
    'Enkripsi telah dinonaktifkan di {disabled} chat Anda. Pesan baru di dalamnya kini merupakan pesan biasa: {senderName} dapat membacanya.',
  'done.kept.other': 'Ada {kept} chat Anda yang tidak diubah.',
  'done.todo': 'Tidak ada yang perlu Anda lakukan. Hubungi {supportEmail} jika ada yang tampak tidak beres.',

  'page.title': 'Pilihan Anda',
  'page.intro': 'Tidak ada yang berubah sampai Anda menekan tombol. Kami tidak meminta kata sandi di sini.',
  'page.saved.text':
    'Setelah itu, Anda tidak menerima pengingat lagi. Pemberitahuan terakhir sebelum fitur berakhir dan perubahan tanggal tetap dikirim.',
  'page.saved.button': 'Chat saya sudah disimpan',
  'page.saved.done': 'Anda telah memberi tahu kami bahwa chat Anda sudah disimpan.',
  'page.stopped.text':
    'Setelah itu, Anda hanya menerima yang dikirim kepada semua orang: pemberitahuan pertama, pemberitahuan terakhir sebelum fitur berakhir, dan perubahan tanggal.',
  'page.stopped.button': 'Hentikan pengingat',
  'page.stopped.done': 'Anda telah menghentikan pengingat.',
  'page.moreTime.text':
    'Setelah itu, hari terakhir untuk Anda menjadi {newDate}. Anda hanya dapat memintanya satu kali.',
  'page.moreTime.button': 'Saya perlu waktu lebih lama',
  'page.moreTime.done': 'Anda telah meminta tambahan waktu. Tanggal barunya dikirim lewat email.',
  'page.late': 'Pilihan ini sudah tidak tersedia. Tidak ada yang diubah.',
  'page.over': 'Hari terakhir untuk Anda telah lewat. Tidak ada lagi yang dapat dipilih di sini.',
  'page.invalid.title': 'Tautan ini tidak berfungsi',
  'page.invalid.text':
    'Tautannya mungkin tidak lengkap atau sudah terlalu lama. Tidak ada yang diubah. Silakan gunakan tautan di email terbaru dari kami. Buka {supportUrl} untuk mendapatkan bantuan.',
  'page.failed.title': 'Tidak berhasil',
  'page.failed.text': 'Tidak ada yang diubah. Silakan coba lagi dalam beberapa menit.',
};
