import accounts.vault.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('repair', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Aside',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('body', accounts.vault.fields.SealedField(default=bytes, label='hard.aside.body', size=8192)),
                ('made_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asides', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('question_set', models.CharField(max_length=40)),
                ('reads_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('couple', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='accounts.couple')),
                ('schedule', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='repair.schedule')),
            ],
        ),
        migrations.CreateModel(
            name='Addition',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('reply', 'Said back'), ('heard', 'What did I hear?'), ('later', 'Added later')], max_length=12)),
                ('body', accounts.vault.fields.SealedField(default=bytes, label='prompts.addition.body', size=4096)),
                ('made_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='additions', to=settings.AUTH_USER_MODEL)),
                ('check_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='additions', to='checkins.checkin')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('mail', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='delivery', serialize=False, to='accounts.mail')),
                ('kind', models.CharField(choices=[('note', 'note'), ('reminder', 'reminder')], max_length=10)),
                ('planned_at', models.DateTimeField()),
                ('membership', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='DeliveredPrompt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivery', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='checkins.delivery')),
            ],
            options={
                'db_table': 'checkins_delivery_prompts',
            },
        ),
        migrations.CreateModel(
            name='Given',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('opens_at', models.DateTimeField()),
                ('body', accounts.vault.fields.SealedField(default=bytes, label='seasons.given.body', size=24576)),
                ('made_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given', to=settings.AUTH_USER_MODEL)),
                ('couple', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='given', to='accounts.couple')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('body', accounts.vault.fields.SealedField(default=bytes, label='journal.entry.body', size=24576)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('thrown_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journal_entries', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='MarkedEvening',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('text', accounts.vault.fields.SealedField(default=bytes, label='progress.marked_evening.text', size=8192)),
                ('made_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marked_evenings', to=settings.AUTH_USER_MODEL)),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marked_evenings', to='accounts.couple')),
            ],
        ),
        migrations.CreateModel(
            name='Prompt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('draft', accounts.vault.fields.SealedField(default=bytes, label='prompts.prompt.draft', size=16384)),
                ('skipped_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('not_sent', models.BooleanField(default=False)),
                ('check_in', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='prompts', to='checkins.checkin')),
                ('membership', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='prompts', to='accounts.membership')),
            ],
        ),
        migrations.AddField(
            model_name='delivery',
            name='prompts',
            field=models.ManyToManyField(related_name='deliveries', through='checkins.DeliveredPrompt', to='checkins.prompt'),
        ),
        migrations.AddField(
            model_name='deliveredprompt',
            name='prompt',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='checkins.prompt'),
        ),
        migrations.CreateModel(
            name='AnswerSheet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('marks', accounts.vault.fields.SealedField(default=bytes, label='prompts.sheet.marks', size=4096)),
                ('words', accounts.vault.fields.SealedField(default=bytes, label='prompts.sheet.words')),
                ('sent_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to=settings.AUTH_USER_MODEL)),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='accounts.couple')),
                ('prompt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sheet', to='checkins.prompt')),
            ],
        ),
        migrations.CreateModel(
            name='ReadingChoice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('choice', accounts.vault.fields.SealedField(default=bytes, label='prompts.reading_choice.choice', size=64)),
                ('made_at', models.DateTimeField()),
                ('check_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reading_choices', to='checkins.checkin')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SeasonLines',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('words', accounts.vault.fields.SealedField(default=bytes, label='seasons.lines.words', size=4096)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('couple', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.couple')),
            ],
        ),
        migrations.CreateModel(
            name='Slip',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('on', models.DateField()),
                ('line', accounts.vault.fields.SealedField(default=bytes, label='seasons.slip.line', size=2048)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('couple', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.couple')),
            ],
        ),
        migrations.CreateModel(
            name='Talk',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('yes_at', models.DateTimeField(blank=True, null=True)),
                ('a_here', models.BooleanField(default=False)),
                ('b_here', models.BooleanField(default=False)),
                ('began_at', models.DateTimeField(blank=True, null=True)),
                ('stage', models.PositiveSmallIntegerField(default=0)),
                ('stage_at', models.DateTimeField(blank=True, null=True)),
                ('asked', models.PositiveSmallIntegerField(default=0)),
                ('held', models.PositiveSmallIntegerField(default=0)),
                ('resume_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('reads_at', models.DateTimeField(blank=True, null=True)),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='talks', to='accounts.couple')),
                ('offered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='TalkWord',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('body', accounts.vault.fields.SealedField(default=bytes, label='conversations.word.body', size=4096)),
                ('changed_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='talk_words', to=settings.AUTH_USER_MODEL)),
                ('talk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='checkins.talk')),
            ],
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', accounts.vault.fields.SealedField(default=bytes, label='conversations.topic.text', size=2048)),
                ('made_at', models.DateTimeField()),
                ('offered_at', models.DateTimeField(blank=True, null=True)),
                ('promised_on', models.DateField(blank=True, null=True)),
                ('put_away_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topics', to=settings.AUTH_USER_MODEL)),
                ('couple', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='accounts.couple')),
            ],
        ),
        migrations.AddField(
            model_name='talk',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='talks', to='checkins.topic'),
        ),
        migrations.CreateModel(
            name='TopicNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', accounts.vault.fields.SealedField(default=bytes, label='conversations.note.text', size=8192)),
                ('changed_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topic_notes', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='checkins.topic')),
            ],
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(fields=['couple', 'on'], name='check_ins_of_a_couple'),
        ),
        migrations.AddConstraint(
            model_name='checkin',
            constraint=models.UniqueConstraint(fields=('schedule', 'on'), name='one_check_in_per_date'),
        ),
        migrations.AddConstraint(
            model_name='addition',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'reply')), fields=('check_in', 'author'), name='one_reply_each'),
        ),
        migrations.AddConstraint(
            model_name='addition',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'heard')), fields=('check_in', 'author'), name='one_heard_each'),
        ),
        migrations.AddIndex(
            model_name='journalentry',
            index=models.Index(fields=['author', 'made_at'], name='journal_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='markedevening',
            index=models.Index(fields=['couple', 'on'], name='marked_evenings_of_a_couple'),
        ),
        migrations.AddIndex(
            model_name='prompt',
            index=models.Index(fields=['membership', 'closes_at'], name='prompts_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='prompt',
            constraint=models.UniqueConstraint(fields=('check_in', 'membership'), name='one_prompt_each'),
        ),
        migrations.AddConstraint(
            model_name='prompt',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='prompt_closes_after_it_opens'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['membership', 'planned_at'], name='deliveries_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='deliveredprompt',
            constraint=models.UniqueConstraint(fields=('delivery', 'prompt'), name='one_prompt_per_delivery'),
        ),
        migrations.AddIndex(
            model_name='answersheet',
            index=models.Index(fields=['couple', 'on'], name='sheets_of_a_couple'),
        ),
        migrations.AddConstraint(
            model_name='readingchoice',
            constraint=models.UniqueConstraint(fields=('check_in', 'person'), name='one_reading_choice_each'),
        ),
        migrations.AddConstraint(
            model_name='seasonlines',
            constraint=models.UniqueConstraint(fields=('author', 'couple', 'ends_on'), name='one_page_each'),
        ),
        migrations.AddConstraint(
            model_name='slip',
            constraint=models.UniqueConstraint(fields=('author', 'on'), name='one_slip_a_day'),
        ),
        migrations.AddConstraint(
            model_name='talkword',
            constraint=models.UniqueConstraint(fields=('author', 'talk'), name='one_word_each'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(fields=['couple', 'offered_at'], name='topics_of_a_couple'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('offered_at', None), ('couple__isnull', False), _connector='OR'), name='a_topic_is_brought_up_in_a_couple'),
        ),
        migrations.AddIndex(
            model_name='talk',
            index=models.Index(fields=['couple', 'began_at'], name='talks_of_a_couple'),
        ),
        migrations.AddConstraint(
            model_name='talk',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('couple',), name='one_open_talk'),
        ),
        migrations.AddConstraint(
            model_name='topicnote',
            constraint=models.UniqueConstraint(fields=('author', 'topic'), name='one_topic_note_each'),
        ),
    ]
