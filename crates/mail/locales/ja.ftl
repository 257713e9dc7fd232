greeting = こんにちは。
footer = このメールは Innkeeper から自動送信されています。

fact = { $label }：{ $value }
fact-property = 施設
fact-role = 役割
role-owner = オーナー
role-user = メンバー

link-until = このリンクは { $until } まで有効で、一度だけご利用いただけます。
link-paste = ボタンが機能しない場合は、次のアドレスをブラウザーに貼り付けてください。

invitation-subject = Innkeeper への招待が届いています
invitation-lead = Innkeeper での施設運営に招待されました。
invitation-lead-by = { $inviter } 様から、Innkeeper での施設運営への招待が届いています。
invitation-next = 招待を受けるには、リンクを開いてパスワードを設定してください。
invitation-action = 招待を受ける
invitation-unexpected = この招待にお心当たりがない場合は、このメールを破棄してください。リンクはご本人様専用ですので、転送しないようお願いいたします。

invitation-resent-subject = Innkeeper への招待：新しいリンクのお知らせ
invitation-resent-lead = Innkeeper での施設運営への招待について、新しいリンクをお送りします。
invitation-resent-lead-by = { $inviter } 様から、Innkeeper での施設運営への招待について、新しいリンクが届いています。
invitation-resent-next = 以前のメールのリンクは無効になりました。招待を受けるには、新しいリンクを開いてパスワードを設定してください。
invitation-resent-action = 招待を受ける
invitation-resent-unexpected = この招待にお心当たりがない場合は、このメールを破棄してください。リンクはご本人様専用ですので、転送しないようお願いいたします。

access-added-subject = Innkeeper の施設に追加されました
access-added-lead = Innkeeper の施設に追加されました。
access-added-lead-by = { $inviter } 様により、Innkeeper の施設に追加されました。
access-added-next = お手続きは不要です。次回のログインから、この施設をご利用いただけます。
access-added-unexpected = この施設にお心当たりがない場合は、ご利用の Innkeeper の管理者にお問い合わせください。

access-withdrawn-subject = Innkeeper の施設へのアクセス権が終了しました
access-withdrawn-lead = Innkeeper の施設へのアクセス権が終了しました。
access-withdrawn-lead-by = { $inviter } 様により、Innkeeper の施設へのアクセス権が取り消されました。
access-withdrawn-next = お手続きは不要です。
access-withdrawn-unexpected = 誤って取り消されたと思われる場合は、施設のオーナーにお問い合わせください。

password-reset-subject = Innkeeper のパスワード再設定のご案内
password-reset-lead = Innkeeper アカウントのパスワード再設定のご依頼を受け付けました。
password-reset-next = ご本人様によるご依頼の場合は、リンクを開いて新しいパスワードを設定してください。
password-reset-action = 新しいパスワードを設定する
password-reset-unexpected = お心当たりがない場合は、このメールを破棄してください。現在のパスワードは変更されません。リンクは転送しないようお願いいたします。
