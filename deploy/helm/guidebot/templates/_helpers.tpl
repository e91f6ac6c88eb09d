{{- define "guidebot.labels" -}}
app.kubernetes.io/name: guidebot
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "guidebot.fullname" -}}
{{ .root.Release.Name }}-{{ .name }}
{{- end }}
